// What the desk knows of conversations: what the server's lists say, and the events applied to it. No network, no screen.
//
// Applying an event gives the state that fetching would give: tests/integration/handoff/test_desk_replay.py proves it.

import { contentLine } from "@shared/content";
import type { ConversationItem, ConversationRead, MessageRead } from "@shared/contract";
import { shallowReactive } from "vue";

/** A line of the list: what events carry, and what only the list's answer tells. */
export type DeskConversation = ConversationRead & Partial<Omit<ConversationItem, keyof ConversationRead>>;

// As long as the server has not told otherwise: what service agreements promise.
const ANSWER_MS = 3 * 60_000;
const PREVIEW = 120;

export function createBoard(me: string, seesAll: boolean) {
  const known = shallowReactive(new Map<string, DeskConversation>());
  const unread = shallowReactive(new Map<string, number>());
  // What events have changed since the last `begin`: an answer that was on its way then does not undo it.
  const touched = new Set<string>();
  // Messages that did not reach their citizen, by conversation.
  const failed = new Map<string, Set<string>>();
  let answerMs = ANSWER_MS;

  function isMine(one: ConversationRead): boolean {
    return one.status === "assigned" && one.owner_id === me;
  }

  function drop(id: string): void {
    known.delete(id);
    unread.delete(id);
  }

  /** An event's conversation, or an ack's. Events may arrive in another order than they were committed. */
  function put(next: DeskConversation): void {
    touched.add(next.id);
    const current = known.get(next.id);
    if (current && next.epoch < current.epoch) return;
    if (next.brief) return putVeiled(next, current);
    store(next, current);
  }

  /** What everybody at the desk hears: that it exists and who has it, not whom or what it is about. */
  function putVeiled(next: DeskConversation, current: DeskConversation | undefined): void {
    if (!current) return;
    const foreign = next.status !== "queued" && !isMine(next);
    // Taken from the queue by somebody whose conversations are not mine to see. Who may see it hears more next.
    if (foreign && current.status === "queued" && !seesAll) return drop(next.id);
    const { contact_name, contact_tags, preview, handoff, business, contact_id } = current;
    store({ ...next, brief: false, contact_name, contact_tags, preview, handoff, business, contact_id }, current);
  }

  function store(next: DeskConversation, current: DeskConversation | undefined): void {
    const waits = current?.status === "queued" && current.epoch === next.epoch;
    const read = Math.max(next.agent_read_seq, current?.agent_read_seq ?? 0);
    known.set(next.id, {
      ...current,
      ...next,
      agent_read_seq: read,
      last_seq: Math.max(next.last_seq, current?.last_seq ?? 0),
      queued_at: next.status === "queued" ? (next.queued_at ?? (waits ? current.queued_at : next.updated_at)) : null,
      priority: next.priority ?? current?.priority ?? 0,
    });
    if (read >= next.last_seq) unread.delete(next.id);
    if (next.waiting_since && next.answer_due_at)
      answerMs = Date.parse(next.answer_due_at) - Date.parse(next.waiting_since);
  }

  /** Call before asking for lists; give the mark to `settle` with what they say. */
  function begin(): void {
    touched.clear();
  }

  /** What the server's lists say: it replaces everything `covers` that no event has changed since `begin`. */
  function settle(items: ConversationItem[], covers: (one: DeskConversation) => boolean): void {
    const listed = new Set(items.map((item) => item.id));
    for (const [id, one] of known) if (!listed.has(id) && !touched.has(id) && covers(one)) drop(id);
    for (const item of items) {
      const current = known.get(item.id);
      const newer = current && (current.epoch > item.epoch || (current.epoch === item.epoch && current.last_seq > item.last_seq));
      if (newer && touched.has(item.id)) continue;
      known.set(item.id, item);
      if (item.unread) unread.set(item.id, item.unread);
      else unread.delete(item.id);
      if (item.waiting_since && item.answer_due_at)
        answerMs = Date.parse(item.answer_due_at) - Date.parse(item.waiting_since);
    }
  }

  /** message.created of a conversation that is known. */
  function applyMessage(message: MessageRead): void {
    const current = known.get(message.conversation_id);
    if (!current) return;
    touched.add(current.id);
    const isNew = message.seq > current.last_seq;
    const { kind } = message.author;
    const spoken = !message.private && kind !== "system";
    const next: DeskConversation = { ...current, last_seq: Math.max(current.last_seq, message.seq) };
    if (isNew) next.updated_at = message.created_at;
    if (isNew && spoken) next.preview = previewOf(message);
    if (isNew && namesMe(message, me)) next.mentioned = true;
    if (isNew && kind === "visitor") {
      unread.set(current.id, (unread.get(current.id) ?? 0) + 1);
      if (current.status === "assigned") startWaiting(next, message.created_at);
    }
    if (kind === "agent" && spoken && current.status === "assigned") {
      // Whoever answers has read what was asked.
      next.agent_read_seq = Math.max(next.agent_read_seq, message.seq - 1);
      next.waiting_since = next.answer_due_at = null;
      unread.delete(current.id);
    }
    known.set(current.id, next);
  }

  function startWaiting(next: DeskConversation, at: string): void {
    if (next.answer_due_at) return;
    next.waiting_since ??= at;
    next.answer_due_at = new Date(Date.parse(next.waiting_since) + answerMs).toISOString();
  }

  /** message.updated: how far a message came. */
  function applyChange(message: MessageRead): void {
    const current = known.get(message.conversation_id);
    if (!current || !message.delivery) return;
    const lost = failed.get(current.id) ?? new Set<string>();
    if (message.delivery.state === "failed") {
      // What had failed before we came is not known one by one: then the mark stays until the list is read again.
      if (!current.undelivered || lost.size) failed.set(current.id, lost.add(message.id));
      if (!current.undelivered) known.set(current.id, { ...current, undelivered: true });
    } else if (lost.delete(message.id) && !lost.size) known.set(current.id, { ...current, undelivered: false });
  }

  function patch(id: string, change: Partial<DeskConversation>): void {
    const current = known.get(id);
    if (current) known.set(id, { ...current, ...change });
  }

  return { known, unread, isMine, put, begin, settle, applyMessage, applyChange, patch };
}

/** Whether a note mentions the agent. */
export function namesMe(message: MessageRead, me: string): boolean {
  return (message as MessageRead & { mentions?: string[] }).mentions?.includes(me) ?? false;
}

/** As the server keeps it for lists. */
function previewOf({ content }: MessageRead): string {
  return (content.type === "answer" ? content.text_md : contentLine(content)).slice(0, PREVIEW);
}

export function waitingSince(conversation: DeskConversation): string {
  return conversation.queued_at ?? conversation.waiting_since ?? conversation.updated_at;
}

export type Board = ReturnType<typeof createBoard>;

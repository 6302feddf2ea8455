// One conversation's messages on a client: in order of seq, without gaps or doubles, with what is still being sent.

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import type { AnswerContent, FileContent, LocationContent, MessageRead, TextContent } from "./contract";
import { AppError } from "./errors";

/** What people write, an article an agent sends as it is, a place, or a file that was uploaded before or still is. */
export type Outgoing = TextContent | AnswerContent | FileContent | LocationContent;

/** A message of ours that the server has not confirmed yet. */
export interface Draft {
  client_msg_id: string;
  content: Outgoing;
  private: boolean;
  /** Colleagues a private note is for. */
  mentions?: string[];
  created_at: string;
  /** waiting: the line is down, sent again by itself; failed: refused, the reason is in `error`. */
  state: "sending" | "waiting" | "failed";
  error: string;
}

export interface PageQuery {
  after_seq?: number;
  before_seq?: number;
  limit?: number;
}

export interface ThreadPorts {
  list(query: PageQuery): Promise<MessageRead[]>;
  send(draft: Draft): Promise<MessageRead>;
}

export interface Thread {
  readonly messages: ShallowRef<MessageRead[]>;
  readonly drafts: Ref<Draft[]>;
  readonly hasEarlier: Ref<boolean>;
  readonly loaded: Ref<boolean>;
  lastSeq(): number;
  /** A message the server pushed or confirmed. */
  receive(message: MessageRead): void;
  /** Fetch what is missing: everything at first, later only what came after. */
  sync(): Promise<void>;
  loadEarlier(): Promise<void>;
  /** A message that is here has changed: recalled, judged, masked. */
  update(message: MessageRead): void;
  send(content: Outgoing | string, isPrivate?: boolean, mentions?: string[]): void;
  /** Drafts written before (another tab, before a reload); they are sent with the next `flush`, in order of writing. */
  restore(drafts: Draft[]): void;
  /** Not sent by itself any more; `error` says why, and people decide. */
  hold(clientMsgId: string, error: string): void;
  retry(clientMsgId: string): void;
  discard(clientMsgId: string): void;
  /** Send what waits; call it when the line is back. The server stores a client_msg_id once. */
  flush(): Promise<void>;
  /** Forget the messages (another conversation begins) but keep what is being sent. */
  reset(): void;
}

const PAGE = 50;

export function createThread(ports: ThreadPorts): Thread {
  const messages = shallowRef<MessageRead[]>([]);
  const drafts = ref<Draft[]>([]);
  const hasEarlier = ref(false);
  const loaded = ref(false);
  let synced = 0; // everything up to this seq has been fetched; holes below it are not ours to see
  let generation = 0;
  let syncing: Promise<void> | null = null;
  let syncAgain = false;
  let flushing = false;

  function insert(...arrived: MessageRead[]): void {
    const only = arrived.length === 1 ? arrived[0] : undefined;
    if (only && only.seq > lastSeq()) {
      // The usual case, also with ten thousand messages here.
      messages.value = [...messages.value, only];
      drafts.value = drafts.value.filter((draft) => draft.client_msg_id !== only.client_msg_id);
      return;
    }
    const bySeq = new Map(messages.value.map((message) => [message.seq, message]));
    for (const message of arrived) {
      // How far it came is told apart from what it says; an answer without it takes nothing back.
      const known = bySeq.get(message.seq)?.delivery;
      bySeq.set(message.seq, known && !message.delivery ? { ...message, delivery: known } : message);
      drafts.value = drafts.value.filter((draft) => draft.client_msg_id !== message.client_msg_id);
    }
    messages.value = [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  }

  function lastSeq(): number {
    return messages.value.at(-1)?.seq ?? 0;
  }

  async function fetchLatest(): Promise<void> {
    const started = generation;
    const page = await ports.list({ limit: PAGE });
    if (started !== generation) return;
    insert(...page);
    hasEarlier.value = page.length === PAGE;
    loaded.value = true;
    synced = Math.max(synced, page.at(-1)?.seq ?? 0);
  }

  async function fetchGap(): Promise<void> {
    const started = generation;
    for (;;) {
      const known = lastSeq();
      const page = await ports.list({ after_seq: synced, limit: PAGE });
      if (started !== generation) return;
      insert(...page);
      // A page that is not full ends the gap: what is still missing below `known` is not for this reader.
      const complete = page.length < PAGE;
      synced = Math.max(synced, page.at(-1)?.seq ?? 0, complete ? known : 0);
      if (complete) return;
    }
  }

  async function sync(): Promise<void> {
    if (syncing) {
      syncAgain = true;
      return syncing;
    }
    syncing = (async () => {
      do {
        syncAgain = false;
        await (loaded.value ? fetchGap() : fetchLatest());
      } while (syncAgain);
    })();
    try {
      await syncing;
    } finally {
      syncing = null;
    }
  }

  function receive(message: MessageRead): void {
    const first = messages.value[0];
    // Old news from above what is loaded: it comes with its page. Put here it would hide the gap below it.
    if (first && hasEarlier.value && message.seq < first.seq) return;
    insert(message);
    if (message.seq === synced + 1) synced = message.seq;
    // A lost line here is repaired by the sync that follows every reconnection.
    else if (message.seq > synced) void sync().catch(() => undefined);
  }

  async function loadEarlier(): Promise<void> {
    const first = messages.value[0];
    if (!first || !hasEarlier.value) return;
    const started = generation;
    const page = await ports.list({ before_seq: first.seq, limit: PAGE });
    if (started !== generation) return;
    hasEarlier.value = page.length === PAGE;
    insert(...page);
  }

  function patch(clientMsgId: string, change: Partial<Draft>): void {
    drafts.value = drafts.value.map((draft) =>
      draft.client_msg_id === clientMsgId ? { ...draft, ...change } : draft,
    );
  }

  async function flush(): Promise<void> {
    if (flushing) return;
    flushing = true;
    try {
      // One at a time, so that they are stored in the order they were written.
      for (;;) {
        const draft = drafts.value.find((each) => each.state !== "failed");
        if (!draft) return;
        patch(draft.client_msg_id, { state: "sending" });
        try {
          receive(await ports.send(draft));
        } catch (failure) {
          if (!(failure instanceof AppError)) {
            drafts.value = drafts.value.map((each) =>
              each.state === "sending" ? { ...each, state: "waiting" } : each,
            );
            return;
          }
          patch(draft.client_msg_id, { state: "failed", error: failure.message });
        }
      }
    } finally {
      flushing = false;
    }
  }

  return {
    messages,
    drafts,
    hasEarlier,
    loaded,
    lastSeq,
    receive,
    sync,
    loadEarlier,
    flush,
    update(message) {
      if (messages.value.some((each) => each.id === message.id)) insert(message);
    },
    restore(written) {
      const known = new Set(drafts.value.map((draft) => draft.client_msg_id));
      const stored = new Set(messages.value.map((message) => message.client_msg_id));
      const fresh = written.filter(({ client_msg_id: id }) => !known.has(id) && !stored.has(id));
      if (!fresh.length) return;
      drafts.value = [...drafts.value, ...fresh].sort((one, other) => one.created_at.localeCompare(other.created_at));
    },
    hold: (clientMsgId, error) => patch(clientMsgId, { state: "failed", error }),
    send(content, isPrivate = false, mentions) {
      drafts.value = [
        ...drafts.value,
        {
          client_msg_id: newClientId(),
          content: typeof content === "string" ? { type: "text", text: content } : content,
          private: isPrivate,
          ...(mentions?.length ? { mentions } : {}),
          created_at: new Date().toISOString(),
          state: "sending",
          error: "",
        },
      ];
      void flush();
    },
    retry(clientMsgId) {
      patch(clientMsgId, { state: "sending", error: "" });
      void flush();
    },
    discard(clientMsgId) {
      drafts.value = drafts.value.filter((draft) => draft.client_msg_id !== clientMsgId);
    },
    reset() {
      generation += 1;
      messages.value = [];
      hasEarlier.value = false;
      loaded.value = false;
      synced = 0;
    },
  };
}

/** randomUUID exists only on https and localhost; public websites on plain http still exist. */
export function newClientId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

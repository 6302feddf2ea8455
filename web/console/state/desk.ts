// The agent's desk: one socket, the lists of conversations, presence. Created once after login.

import type { AgentCommands } from "@shared/agent";
import type { MessageRead, SetPresence } from "@shared/contract";
import type { Link, LinkStatus } from "@shared/socket";
import { computed, inject, ref, type InjectionKey } from "vue";
import { conversations as api, people } from "../api";
import type { Account } from "../api/types";
import { createAlerts } from "./alerts";
import { createBoard, namesMe } from "./board";
import { agentLink } from "./line";
import { createNotices } from "./notices";
import { createOpened } from "./opened";
import { createPresence } from "./presence";
import { createSections } from "./sections";
import { createWrapUps } from "./wrapUps";

export { waitingSince, type DeskConversation } from "./board";

export function createDesk(account: Account, link: Link<AgentCommands> = agentLink()) {
  const status = ref<LinkStatus>("idle");
  const own = createPresence(link);
  const { status: presence, active, capacity } = own;
  const alerts = createAlerts(link);
  const wrapUps = createWrapUps(link);
  const supervises = account.permissions.includes("conversation.supervise");

  const board = createBoard(account.id, account.scope === "all");
  const { known, unread, put } = board;
  const sections = createSections(board, account.id);
  const opened = createOpened(link, { get: (id) => known.get(id), put, patch: board.patch }, (id) => unread.delete(id));

  // Over what is unread, not over what is mine: a desk has many conversations and few of them unread.
  const unreadTotal = computed(() => {
    let sum = 0;
    for (const [id, count] of unread) {
      const one = known.get(id);
      if (one && board.isMine(one)) sum += count;
    }
    return sum;
  });
  const mentionedTotal = computed(() => [...known.values()].filter((each) => each.mentioned).length);
  const notices = createNotices(computed(() => unreadTotal.value + mentionedTotal.value));

  /** The database is the truth: after every (re)connection the lists are fetched, not patched. */
  async function refresh(): Promise<void> {
    board.begin();
    const [mine, queued, agents] = await Promise.all([
      sections.whole("mine"), sections.whole("queued"), people.agents(),
    ]);
    board.settle([...queued, ...mine], (one) => one.id !== opened.id.value);
    const watched = opened.id.value;
    if (watched && opened.isWatched(watched)) unread.delete(watched);
    const me = agents.find((agent) => agent.id === account.id);
    if (me) own.show(me);
    await own.resume();
    await Promise.all([opened.resume(), sections.renew(), wrapUps.refresh()]);
  }

  function onMessage(message: MessageRead): void {
    const id = message.conversation_id;
    const mentioned = namesMe(message, account.id) && message.author.id !== account.id;
    board.applyMessage(message);
    opened.receive(message);
    const current = known.get(id);
    if (mentioned) void onMention(id).catch(() => undefined);
    if (message.author.kind !== "visitor" || !current || !board.isMine(current)) return;
    if (opened.isWatched(id)) unread.delete(id);
    else notices.tell("message", id);
  }

  async function onMention(id: string): Promise<void> {
    if (!known.get(id)) put({ ...(await api.read(id)), mentioned: true });
    sections.noteMention(id);
    if (!opened.isWatched(id)) notices.tell("mention", id);
    else board.patch(id, { mentioned: false });
  }

  link.on("message.created", onMessage);
  link.on("message.updated", (message) => {
    board.applyChange(message);
    opened.update(message);
    const current = known.get(message.conversation_id);
    if (message.delivery?.state === "failed" && current && board.isMine(current)) notices.tell("alert", current.id);
  });
  link.on("conversation.updated", put);
  link.on("conversation.queued", ({ conversation, place }) => {
    const waited = known.get(conversation.id)?.status === "queued";
    put({ ...conversation, ...place });
    // Whoever has gone is not called; whoever is full may still look. A new place in the queue is no news.
    if (!waited && (presence.value === "online" || presence.value === "busy")) notices.tell("queued", conversation.id);
  });
  link.on("conversation.assigned", ({ conversation, agent_id, unread: count }) => {
    put(conversation);
    if (agent_id !== account.id || opened.isWatched(conversation.id)) return;
    if (count) unread.set(conversation.id, count);
    else unread.delete(conversation.id);
    notices.tell("assigned", conversation.id);
  });
  link.on("alert.raised", ({ details }) => {
    const id = details["conversation_id"];
    const current = typeof id === "string" ? known.get(id) : undefined;
    if (current && board.isMine(current)) notices.tell("alert", current.id);
  });
  link.on("presence.updated", (update) => {
    if (update.agent_id === account.id) own.show(update);
  });
  link.onStatus((next) => {
    status.value = next;
    // Events of the time without a line are lost; what they said is fetched. The next drop tries again.
    if (next === "online") void refresh().catch(() => undefined);
  });

  return {
    account, status, presence, active, capacity, known, unread, unreadTotal, mentionedTotal, supervises,
    sections, opened, notices, lists: sections.parts, link,
    take: put,
    open() {
      void sections.early().catch(() => undefined);
      link.open();
    },
    close() {
      link.close();
      notices.end();
    },
    own: own.state, alerts, wrapUps,
    setPresence: (wanted: SetPresence) => own.choose(wanted),
    async claimNext() {
      const claimed = await link.command("claim_next", {});
      put(claimed);
      await opened.select(claimed.id);
    },
    async claim(id: string) {
      put(await link.command("claim_conversation", { conversation_id: id }));
      await opened.select(id);
    },
    transfer: (id: string, target: { to_agent?: string; to_group?: string }, note: string) =>
      link.command("transfer_conversation", { conversation_id: id, ...target, ...(note ? { note } : {}) }),
    release: (id: string) => link.command("release_conversation", { conversation_id: id }),
    finish: (id: string) => link.command("close_conversation", { conversation_id: id }),
    inviteRating: (id: string) => link.command("invite_rating", { conversation_id: id }),
    async retryDelivery(id: string, messageId: string) {
      opened.update(await link.command("retry_delivery", { conversation_id: id, message_id: messageId }));
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;
export const DESK: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error("no desk provided");
  return desk;
}

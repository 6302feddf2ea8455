// The agent's desk: one socket, the lists of conversations, presence. Created once after login.

import type { AgentCommands } from "@shared/agent";
import type { ConversationItem, ConversationRead, MessageRead, PresenceUpdated } from "@shared/contract";
import { contentLine } from "@shared/content";
import { createLink, type Link, type LinkStatus } from "@shared/socket";
import { computed, inject, ref, shallowReactive, type InjectionKey } from "vue";
import { conversations as api, people } from "../api";
import type { Account, Presence } from "../api/types";
import { createOpened } from "./opened";
import { useSound } from "./sound";

// What one agent can have in hand or see waiting fits; the rest is found by scrolling 全部.
const LIST_LIMIT = 100;

/** A line of the list: what events carry, and since when it waits, which only the list's answer tells. */
export type DeskConversation = ConversationRead & Partial<Pick<ConversationItem, "queued_at" | "priority">>;

export type ListName = "mine" | "queued" | "all";

export function createDesk(account: Account, link: Link<AgentCommands> = agentLink()) {
  const known = shallowReactive(new Map<string, DeskConversation>());
  const unread = shallowReactive(new Map<string, number>());
  const status = ref<LinkStatus>("idle");
  const presence = ref<Presence>("offline");
  const active = ref(0);
  const capacity = ref(0);
  const allNext = ref<string | null>(null);
  let chosen: Presence | null = null; // what the agent said on this page
  const { play } = useSound();
  const supervises = account.permissions.includes("conversation.read_all");

  const opened = createOpened(link, { get: (id) => known.get(id), put }, (id) => unread.delete(id));

  const lists = computed<Record<ListName, DeskConversation[]>>(() => {
    const all = [...known.values()];
    const newestFirst = (a: DeskConversation, b: DeskConversation) => b.updated_at.localeCompare(a.updated_at);
    return {
      mine: all.filter((each) => each.status === "assigned" && each.owner_id === account.id).sort(newestFirst),
      // In the order of the queue: higher priority first, then who has waited longest.
      queued: all
        .filter((each) => each.status === "queued")
        .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || waitingSince(a).localeCompare(waitingSince(b))),
      all: supervises ? all.sort(newestFirst) : [],
    };
  });
  const unreadTotal = computed(() => lists.value.mine.reduce((sum, each) => sum + (unread.get(each.id) ?? 0), 0));

  /** Keep the newest state: events may arrive in another order than they were committed. */
  function put(next: DeskConversation): void {
    const current = known.get(next.id);
    if (current && next.epoch < current.epoch) return;
    const waits = current?.status === "queued" && current.epoch === next.epoch;
    known.set(next.id, {
      ...next,
      last_seq: Math.max(next.last_seq, current?.last_seq ?? 0),
      queued_at: next.queued_at ?? (waits ? current.queued_at : next.updated_at),
      priority: next.priority ?? current?.priority ?? 0,
    });
  }

  /** The database is the truth: after every (re)connection the lists are fetched, not patched. */
  async function refresh(): Promise<void> {
    const [mine, queued, everything, agents] = await Promise.all([
      api.list({ mine: true, status: "assigned", limit: LIST_LIMIT }),
      api.list({ status: "queued", limit: LIST_LIMIT }),
      supervises ? api.list({ limit: LIST_LIMIT }) : { items: [], next: null },
      people.agents(),
    ]);
    const keep = opened.id.value ? known.get(opened.id.value) : undefined;
    known.clear();
    if (keep) known.set(keep.id, keep);
    for (const each of [...everything.items, ...queued.items, ...mine.items])
      known.set(each.id, each);
    allNext.value = everything.next;
    for (const each of mine.items) if (each.unread && !opened.isWatched(each.id)) unread.set(each.id, each.unread);
    const me = agents.find((agent) => agent.id === account.id);
    if (me) show(me);
    // A long outage ends the presence on the server; whoever still sits at this page is there all the same.
    if (chosen && chosen !== presence.value) await setPresence(chosen);
    await opened.resume();
  }

  function show(state: Pick<PresenceUpdated, "status" | "active" | "capacity">): void {
    [presence.value, active.value, capacity.value] = [state.status, state.active, state.capacity];
  }

  async function setPresence(wanted: Presence): Promise<void> {
    show(await link.command("set_presence", { status: wanted }));
    chosen = wanted;
  }

  async function loadMore(): Promise<void> {
    if (!allNext.value) return;
    const page = await api.list({ after: allNext.value, limit: LIST_LIMIT });
    page.items.forEach(put);
    allNext.value = page.next;
  }

  function onMessage(message: MessageRead): void {
    opened.receive(message);
    const id = message.conversation_id;
    const current = known.get(id);
    if (!current) return;
    const spoken = !message.private && message.author.kind !== "system";
    known.set(id, {
      ...current,
      last_seq: Math.max(current.last_seq, message.seq),
      updated_at: message.created_at,
      preview: spoken ? contentLine(message.content) : current.preview,
    });
    if (message.author.kind !== "visitor" || current.owner_id !== account.id) return;
    if (opened.isWatched(id)) return;
    unread.set(id, (unread.get(id) ?? 0) + 1);
    play("message");
  }

  link.on("message.created", onMessage);
  link.on("message.updated", (message) => opened.receive(message));
  link.on("conversation.updated", put);
  link.on("conversation.queued", ({ conversation }) => {
    put(conversation);
    if (presence.value !== "offline") play("queued");
  });
  link.on("conversation.assigned", ({ conversation, agent_id }) => {
    put(conversation);
    if (agent_id !== account.id || opened.isWatched(conversation.id)) return;
    unread.set(conversation.id, Math.max(1, unread.get(conversation.id) ?? 0));
    play("queued");
  });
  link.on("presence.updated", (update) => {
    if (update.agent_id === account.id) show(update);
  });
  link.onStatus((next) => {
    status.value = next;
    // Events of the time without a line are lost; what they said is fetched. The next drop tries again.
    if (next === "online") void refresh().catch(() => undefined);
  });

  return {
    account, status, presence, active, capacity, known, lists, unread, unreadTotal, allNext, supervises, opened,
    open: () => link.open(),
    close: () => link.close(),
    loadMore,
    setPresence,
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
  };
}

function agentLink(): Link<AgentCommands> {
  return createLink<AgentCommands>({ origin: "", namespace: "/agent", auth: () => ({}) });
}

export function waitingSince(conversation: DeskConversation): string {
  return conversation.queued_at ?? conversation.updated_at;
}

export type Desk = ReturnType<typeof createDesk>;
export const DESK: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error("no desk provided");
  return desk;
}

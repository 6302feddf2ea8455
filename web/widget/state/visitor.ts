// A citizen's side of the service: one socket, the open conversation, its thread and its place in the queue.

import { contentLine, isAttached, isContent, type Content } from "@shared/content";
import type { AttachedFile, ConversationRead, MessageRead, QueueUpdated, SessionReady, TypingUpdated } from "@shared/contract";
import { AppError } from "@shared/errors";
import { createLink, type Link, type LinkOptions, type LinkStatus } from "@shared/socket";
import type { Store } from "@shared/store";
import { createThread, type Outgoing } from "@shared/thread";
import type { VisitorCommands } from "@shared/visitor";
import { computed, inject, ref, shallowRef, type InjectionKey } from "vue";
import { createHistory } from "./history";
import { keepDrafts } from "./outbox";
import { followToken } from "./token";

export interface VisitorOptions {
  origin: string;
  inbox: string;
  subChannel?: string;
  store: Store;
  /** Where the citizen is now: a path of the website or the mini-program. */
  page?: () => string;
  /** What this platform's line needs. */
  line?: Pick<LinkOptions, "onNetwork" | "transports">;
  /** Who is logged in on the website, signed by it; null: nobody. */
  jwt?: string | null;
  /** Proves who comes without a token; asked before each try, because such a proof is often good for one. */
  prove?: () => Promise<Record<string, unknown>>;
  /** The citizen has left: stop listening. */
  signal?: AbortSignal;
  link?: Link<VisitorCommands>;
}

// A typing sign whose end was lost goes away by itself. People say it again while they type, the bot once.
const TYPING_MS = { bot: 30_000, agent: 6_000 };

const MAX_DRAFT = 200;

export function createVisitor(options: VisitorOptions) {
  const login = options.jwt ?? null;
  // Tabs share the citizen without login; who is logged in is told to each by the website.
  const tokenKey = login === null ? `token.${options.inbox}` : "login";
  const token = followToken(options.store, tokenKey, () => link.reopen(), options.signal);
  const link =
    options.link ??
    createLink<VisitorCommands>({
      origin: options.origin,
      namespace: "/visitor",
      ...options.line,
      auth() {
        const own = { inbox: options.inbox, source: { page: options.page?.().slice(0, 512) ?? "", sub_channel: options.subChannel ?? "" } };
        if (token.current()) return { ...own, token: token.current() };
        if (login !== null) return { ...own, identity: { jwt: login } };
        return options.prove ? options.prove().then((proof) => ({ ...own, ...proof })) : own;
      },
    });

  const status = ref<LinkStatus>("idle");
  const refusal = ref("");
  const notice = ref("");
  // What the server told when it let us in; parts that are loaded later read their settings from it.
  const session = shallowRef<SessionReady | null>(null);
  const conversation = shallowRef<ConversationRead | null>(null);
  const welcome = shallowRef<Content[]>([]);
  const hot = shallowRef<string[]>([]);
  // The last place heard of; it may come before the conversation it is about.
  const place = shallowRef<QueueUpdated | null>(null);
  const typing = shallowRef<TypingUpdated | null>(null);
  const unread = ref(0);
  const watching = ref(false); // the panel is open and in front
  let typingTimer: ReturnType<typeof setTimeout> | 0 = 0;
  let drafts = false;

  const thread = createThread({
    async list(query) {
      const id = conversation.value?.id;
      const page = await link.command("list_messages", { ...query, ...(id ? { conversation_id: id } : {}) });
      if (page.conversation && (!conversation.value || conversation.value.id === page.conversation.id))
        follow(page.conversation);
      history.told(query, page);
      return page.messages;
    },
    send: async (draft) => link.command("send_message", { client_msg_id: draft.client_msg_id, content: await toSend(draft.content) }),
  });

  // What takes files along is loaded with the first one (uploads.ts).
  let uploads: { stored(key: string): Promise<AttachedFile> } | null = null;

  async function toSend(content: Outgoing) {
    if (content.type === "location") return content;
    if (!isAttached(content)) return { type: "text" as const, text: contentLine(content) };
    // Of a file chosen before the page was loaded anew only the name is left.
    if (!uploads) throw new AppError({ code: "upload_gone", message: "" });
    return uploads.stored(content.attachment_id);
  }

  const history = createHistory(thread, (query) => link.command("list_messages", query));
  const outbox = keepDrafts(thread, {
    store: options.store, inbox: options.inbox, contact: token.contact, conversation: () => conversation.value, signal: options.signal,
  });

  const phase = computed(() => conversation.value?.status ?? "bot");
  const queue = computed(() => {
    const waits = phase.value === "queued" && place.value?.conversation_id === conversation.value?.id;
    return waits ? place.value : null;
  });

  /** Another conversation begins: what was said before stays readable above it. */
  function follow(next: ConversationRead | null): void {
    const current = conversation.value;
    if (current && next && current.id === next.id && next.epoch < current.epoch) return;
    if (current && next && current.id !== next.id) history.archive();
    const waited = phase.value === "queued";
    conversation.value = next ?? (current ? { ...current, status: "closed" } : null);
    // A place that was given up says nothing about the next one. Only who has waited gives one up: a
    // page read before the handoff may come after the place was told.
    if (waited && phase.value !== "queued") place.value = null;
    if (phase.value === "closed" || (phase.value !== "bot" && typing.value?.author === "bot")) showTyping(null);
  }

  function showTyping(update: TypingUpdated | null): void {
    if (update?.author === "visitor") return;
    typing.value = update?.on ? update : null;
    clearTimeout(typingTimer);
    if (update) typingTimer = setTimeout(() => (typing.value = null), TYPING_MS[update.author]);
  }

  async function onReady(ready: SessionReady): Promise<void> {
    if (!token.adopt({ token: ready.token, contact: ready.contact })) return; // another tab was first: connect again as the same citizen
    if (session.value && session.value.contact !== ready.contact) {
      history.forget();
      conversation.value = null;
    }
    session.value = ready;
    status.value = "online";
    refusal.value = "";
    welcome.value = (ready.welcome as unknown[]).filter(isContent);
    hot.value = ready.hot;
    drafts = ready.drafts;
    unread.value = watching.value ? 0 : ready.unread;
    follow(ready.conversation);
    if (conversation.value) await thread.sync();
    outbox.refresh();
    markRead();
    count();
    await thread.flush(); // a file in it may take minutes
  }

  function onMessage(message: MessageRead): void {
    const current = conversation.value;
    // Ids are UUIDv7: a smaller one is an earlier conversation's.
    if (current && message.conversation_id < current.id) return;
    const fresh = !current || message.conversation_id !== current.id;
    if (current && fresh)
      follow({ ...current, id: message.conversation_id, status: "bot", epoch: 0, owner_id: null, owner_name: null });
    thread.receive(message);
    // A conversation begins with its first message; the page that repeats it also tells its state.
    if (fresh) void attempt(() => thread.sync());
    if (message.author.kind === "bot" || message.author.kind === "agent") showTyping(null);
    markRead();
    count();
  }

  function onUpdate(message: MessageRead): void {
    if (message.conversation_id === conversation.value?.id) thread.update(message);
    else history.update(message);
  }

  function onConversation(next: ConversationRead): void {
    const current = conversation.value;
    if (current && next.id < current.id) return;
    follow(next);
    count();
  }

  /** What is unread here, by how far any of the citizen's windows has read. */
  function count(): void {
    const read = conversation.value?.visitor_read_seq;
    if (watching.value || read === undefined || !thread.loaded.value) return;
    const all = thread.messages.value;
    let found = 0;
    for (let place = all.length - 1; place >= 0; place--) {
      const message = all[place];
      if (!message || message.seq <= read) break;
      found += Number(message.author.kind !== "visitor" && message.content.type !== "activity");
    }
    // More than was fetched: the server has counted.
    const beyond = thread.hasEarlier.value && (all[0]?.seq ?? 0) > read + 1;
    unread.value = beyond ? Math.max(unread.value, found) : found;
  }

  function markRead(): void {
    const seq = thread.lastSeq();
    if (!watching.value || status.value !== "online" || !conversation.value) return;
    unread.value = 0;
    if (seq > conversation.value.visitor_read_seq) {
      conversation.value = { ...conversation.value, visitor_read_seq: seq };
      void attempt(() => link.command("mark_read", { seq }));
    }
  }

  /** Run a command; say what went wrong in the notice line. True when it worked. */
  async function attempt(action: () => Promise<unknown>, loud = false): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (failure) {
      if (loud) notice.value = failure instanceof AppError ? failure.message : "offline";
      return false;
    }
  }

  link.on("session.ready", (ready) => void onReady(ready).catch(() => undefined));
  // The server knows the citizen better than before: the line is opened anew, with the same token.
  link.on("session.moved", () => link.reopen());
  link.on("message.created", onMessage);
  link.on("message.updated", onUpdate);
  link.on("conversation.updated", onConversation);
  link.on("hot.updated", (update) => (hot.value = update.questions));
  link.on("queue.updated", (update) => (place.value = update));
  link.on("typing.updated", showTyping);
  link.onStatus((next, error) => {
    // "online" is said by session.ready: before it the server does not know who we are.
    if (next !== "online") status.value = next;
    if (next !== "refused") return;
    refusal.value = error?.message ?? "";
    if (error && token.rejected(error.code)) link.reopen();
  });

  return {
    // For the states of single parts (rating, uploads, left messages), each in its own file.
    link, session, store: options.store, origin: options.origin, inbox: options.inbox,
    sendFilesWith: (part: NonNullable<typeof uploads>) => void (uploads = part),
    status, refusal, notice, conversation, history, archived: history.archived, welcome, hot, queue, typing, unread, watching,
    thread, phase,
    hasToken: () => token.current() !== null,
    open: () => link.open(),
    reopen: () => link.reopen(),
    watch(on: boolean) {
      watching.value = on;
      markRead();
    },
    send(text: string) {
      notice.value = "";
      thread.send(text);
    },
    requestHandoff: () => attempt(() => link.command("request_handoff", {}), true),
    cancelHandoff: () => attempt(() => link.command("cancel_handoff", {}), true),
    closeConversation: () => attempt(() => link.command("close_conversation", {}), true),
    /** Send what was refused or held after all. */
    retry: outbox.retry,
    /** null takes the verdict back. */
    feedback: (messageId: string, helpful: boolean | null) =>
      attempt(() => link.command("answer_feedback", { message_id: messageId, helpful }), true),
    /** `draft` is looked up for the agent, who does not see it; where the inbox has that switched off it stays here. */
    setTyping: (on: boolean, draft = "") =>
      void attempt(() => link.command("set_typing", { on, ...(drafts && draft ? { draft: draft.slice(-MAX_DRAFT) } : {}) })),
  };
}

export type Visitor = ReturnType<typeof createVisitor>;
export const VISITOR: InjectionKey<Visitor> = Symbol("visitor");

export function useVisitor(): Visitor {
  const visitor = inject(VISITOR);
  if (!visitor) throw new Error("no visitor session provided");
  return visitor;
}

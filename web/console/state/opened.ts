// The conversation in the middle of the desk: its thread, its context, suggestions and who is typing.

import type { AgentCommands } from "@shared/agent";
import type { ConversationRead, MessageRead, ReplyWindowUpdated } from "@shared/contract";
import type { Link } from "@shared/socket";
import { createThread, type Thread } from "@shared/thread";
import { computed, ref, shallowReactive, shallowRef } from "vue";
import { conversations as api } from "../api";
import { sentContent } from "./composerContent";
import type { Context, KnowledgeResult } from "../api/types";
import type { DeskConversation } from "./board";

// Who types says so every three seconds; a sign whose end was lost goes away by itself.
const TYPING_MS = 6_000;

export function createOpened(
  link: Link<AgentCommands>,
  known: {
    get(id: string): DeskConversation | undefined;
    put(next: ConversationRead): void;
    patch(id: string, change: Partial<DeskConversation>): void;
  },
  onRead: (id: string) => void,
) {
  const id = ref<string | null>(null);
  const context = shallowRef<Context | null>(null);
  const loading = ref(false);
  const typing = ref(false);
  const suggestions = shallowReactive(new Map<string, KnowledgeResult[]>());
  // Whose suggestions are for what the citizen has not sent yet.
  const ahead = shallowReactive(new Set<string>());
  // What channels that count our replies still let us send.
  const replies = shallowReactive(new Map<string, ReplyWindowUpdated>());
  // Kept per conversation, so that what is still being sent survives switching to another.
  const threads = new Map<string, Thread>();
  let typingTimer = 0;
  let asked = 0;

  const conversation = computed(() => (id.value ? (known.get(id.value) ?? null) : null));
  const thread = computed(() => (id.value ? threadOf(id.value) : null));

  function threadOf(conversationId: string): Thread {
    const existing = threads.get(conversationId);
    if (existing) return existing;
    const made = createThread({
      list: (query) => api.messages(conversationId, query),
      send: (draft) =>
        link.command("send_message", {
          conversation_id: conversationId,
          client_msg_id: draft.client_msg_id,
          content: sentContent(draft.content),
          private: draft.private,
          ...(draft.mentions ? { mentions: draft.mentions } : {}),
        }),
    });
    threads.set(conversationId, made);
    return made;
  }

  async function loadContext(): Promise<void> {
    const wanted = id.value;
    if (!wanted) return;
    const ours = ++asked;
    const loaded = await api.context(wanted);
    // Asked twice in a row, the earlier answer may come later.
    if (wanted !== id.value || ours !== asked) return;
    context.value = loaded;
    if (loaded.replies) replies.set(wanted, loaded.replies);
    else replies.delete(wanted);
  }

  async function select(next: string): Promise<void> {
    if (id.value === next) return loadContext();
    const before = id.value;
    id.value = next;
    context.value = null;
    typing.value = false;
    loading.value = true;
    if (before) void link.command("leave_conversation", { conversation_id: before }).catch(() => undefined);
    try {
      if (!known.get(next)) known.put(await api.read(next));
      await resume();
    } finally {
      loading.value = false;
    }
  }

  /** Join (again) and fetch what was missed. */
  async function resume(): Promise<void> {
    const current = id.value;
    if (current) {
      known.put(await link.command("join_conversation", { conversation_id: current }));
      await Promise.all([threadOf(current).sync(), loadContext()]);
      markRead();
    }
    await Promise.all([...threads.values()].map((each) => each.flush()));
  }

  function isWatched(conversationId: string): boolean {
    return conversationId === id.value && document.visibilityState === "visible";
  }

  function markRead(): void {
    const current = conversation.value;
    if (!current || !isWatched(current.id)) return;
    onRead(current.id);
    if (current.mentioned) known.patch(current.id, { mentioned: false });
    const seq = threadOf(current.id).lastSeq();
    if (current.status !== "assigned" || seq <= current.agent_read_seq) return;
    known.patch(current.id, { agent_read_seq: seq });
    void link.command("mark_read", { conversation_id: current.id, seq }).catch(() => undefined);
  }

  link.on("typing.updated", (update) => {
    if (update.conversation_id !== id.value || update.author !== "visitor") return;
    typing.value = update.on;
    clearTimeout(typingTimer);
    if (update.on) typingTimer = window.setTimeout(() => (typing.value = false), TYPING_MS);
  });
  link.on("suggestions.updated", (update) => {
    // `results` are as in `kb search`; the event's schema leaves them open.
    if (update.for_draft) ahead.add(update.conversation_id);
    else ahead.delete(update.conversation_id);
    suggestions.set(update.conversation_id, update.results as unknown as KnowledgeResult[]);
  });
  link.on("reply_window.updated", (update) => replies.set(update.conversation_id, update));
  document.addEventListener("visibilitychange", markRead);

  return {
    id, conversation, thread, context, loading, typing,
    suggestions: computed(() => (id.value ? (suggestions.get(id.value) ?? []) : [])),
    replies: computed(() => replies.get(id.value ?? "") ?? null),
    suggestedAhead: computed(() => ahead.has(id.value ?? "")),
    select,
    resume,
    isWatched,
    reloadContext: loadContext,
    receive(message: MessageRead) {
      threads.get(message.conversation_id)?.receive(message);
      if (message.conversation_id !== id.value) return;
      if (message.author.kind === "visitor") typing.value = false;
      // A rating, an invitation, a colleague's ticket: the panel says more of it than the line. What fails comes with the next.
      if (message.content.type === "activity") void loadContext().catch(() => undefined);
      markRead();
    },
    /** What was said is another thing now, or has come further. */
    update(message: MessageRead) {
      const thread = threads.get(message.conversation_id);
      // Only in place of itself: further back, where nothing is loaded yet, it would leave a hole behind it.
      if (thread?.messages.value.some((each) => each.seq === message.seq)) thread.receive(message);
    },
    async recall(message: MessageRead): Promise<void> {
      const { conversation_id, id: message_id } = message;
      threads.get(conversation_id)?.receive(await link.command("recall_message", { conversation_id, message_id }));
    },
    setTyping(on: boolean) {
      if (id.value) void link.command("set_typing", { conversation_id: id.value, on }).catch(() => undefined);
    },
  };
}

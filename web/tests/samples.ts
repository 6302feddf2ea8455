// Conversations and messages as the server sends them.
import type { ConversationRead, MessageRead, SessionReady } from "@shared/contract";

export function conversation(extra: Partial<ConversationRead> = {}): ConversationRead {
  return {
    id: "c1", inbox_id: "web", channel: "web", status: "bot", epoch: 0, owner_id: null, owner_name: null, last_seq: 0,
    visitor_read_seq: 0, agent_read_seq: 0, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z",
    closed_at: null, handoff: null, contact_id: null, contact_name: null, contact_tags: [], preview: "", sub_channel: "",
    language: "zh", business: null, brief: false, waiting_since: null,
    answer_due_at: null, ...extra,
  };
}

export function message(seq: number, extra: Partial<MessageRead> = {}): MessageRead {
  return {
    id: `${extra.conversation_id ?? "c1"}-${seq}`, conversation_id: "c1", seq,
    author: { kind: "bot", id: null, name: null }, content: { type: "text", text: `第${seq}条` }, client_msg_id: null,
    private: false, created_at: "2026-01-01T00:00:00Z", citations: null, helpful: null, ...extra,
  };
}

/** What a connection begins with; a test names what it is about. */
export function sessionReady(extra: Partial<SessionReady> = {}): SessionReady {
  const plain = { token: "t1", contact: "k1", conversation: null, unread: 0, welcome: [], hot: [], drafts: true, rating: null };
  return { ...plain, ...extra } as SessionReady;
}

export const settle = () => new Promise((resolve) => setTimeout(resolve));

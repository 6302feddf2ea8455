// The commands of namespace /visitor: what a citizen's client may ask for, and what the ack carries.

import type { ConversationRead, MessageRead } from "./contract";
import type { Outgoing, PageQuery } from "./thread";

export interface RatingInput {
  conversation_id: string;
  score: number;
  tags?: string[];
  comment?: string;
}

// A type, not an interface: only types have the index signature that CommandMap asks for.
export type VisitorCommands = {
  send_message: {
    payload: { client_msg_id: string; content: Outgoing };
    result: MessageRead;
  };
  list_messages: {
    payload: PageQuery & { conversation_id?: string };
    result: { conversation: ConversationRead | null; messages: MessageRead[] };
  };
  request_handoff: { payload: { category?: string }; result: unknown };
  cancel_handoff: { payload: Record<string, never>; result: unknown };
  rate_conversation: { payload: RatingInput; result: unknown };
  answer_feedback: { payload: { message_id: string; helpful: boolean }; result: unknown };
  mark_read: { payload: { seq: number }; result: unknown };
  set_typing: { payload: { on: boolean }; result: unknown };
  close_conversation: { payload: Record<string, never>; result: unknown };
};

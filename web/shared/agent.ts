// The commands of namespace /agent: what the desk may ask for, and what the ack carries.

import type { ConversationRead, MessageRead, PresenceUpdated } from "./contract";
import type { Outgoing } from "./thread";

type Of = { conversation_id: string };
type Plain<Payload> = { payload: Payload; result: unknown };

// A type, not an interface: only types have the index signature that CommandMap asks for.
export type AgentCommands = {
  set_presence: { payload: { status: PresenceUpdated["status"] }; result: PresenceUpdated };
  claim_next: { payload: Record<string, never>; result: ConversationRead };
  claim_conversation: { payload: Of; result: ConversationRead };
  send_message: {
    payload: Of & { client_msg_id: string; content: Outgoing; private?: boolean };
    result: MessageRead;
  };
  transfer_conversation: {
    payload: Of & { to_agent?: string; to_group?: string; note?: string };
    result: ConversationRead;
  };
  release_conversation: { payload: Of; result: ConversationRead };
  close_conversation: { payload: Of; result: ConversationRead };
  invite_rating: Plain<Of>;
  join_conversation: { payload: Of; result: ConversationRead };
  leave_conversation: Plain<Of>;
  set_typing: Plain<Of & { on: boolean }>;
  mark_read: Plain<Of & { seq: number }>;
};

// The commands of namespace /agent: payloads from the server's schema, and what the acks carry.

import type { AgentPayloads, ConversationRead, MessageRead, PresenceUpdated } from "./contract";
import type { Commands } from "./socket";

export type AgentCommands = Commands<
  AgentPayloads,
  {
    set_presence: PresenceUpdated;
    claim_next: ConversationRead;
    claim_conversation: ConversationRead;
    join_conversation: ConversationRead;
    send_message: MessageRead;
    recall_message: MessageRead;
    retry_delivery: MessageRead;
  }
>;

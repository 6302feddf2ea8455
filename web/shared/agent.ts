// The commands of namespace /agent: payloads from the server's schema, and what the acks carry.

import type { AgentPayloads, ConversationRead, MessageRead, PresenceUpdated, TeamUpdated, WrapUpRead } from "./contract";
import type { Commands } from "./socket";

export type AgentCommands = Commands<
  AgentPayloads,
  {
    set_presence: PresenceUpdated;
    wrap_up: WrapUpRead;
    claim_next: ConversationRead;
    claim_conversation: ConversationRead;
    join_conversation: ConversationRead;
    send_message: MessageRead;
    recall_message: MessageRead;
    retry_delivery: MessageRead;
    transfer_conversation: ConversationRead;
    ask_to_join: TeamUpdated;
    invite_to_join: TeamUpdated;
    answer_join: TeamUpdated;
    step_out: TeamUpdated;
    accept_transfer: ConversationRead;
    return_conversation: ConversationRead;
    take_over_conversation: ConversationRead;
  }
>;

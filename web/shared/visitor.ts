// The commands of namespace /visitor: payloads from the server's schema, and what the acks carry.

import type { ConversationRead, MessageRead, RatedService, RatingOffer, VisitorPayloads } from "./contract";
import type { Commands } from "./socket";

export type VisitorCommands = Commands<
  VisitorPayloads,
  {
    send_message: MessageRead;
    list_messages: { conversation: ConversationRead | null; messages: MessageRead[] };
    rate_conversation: RatedService;
    list_services: RatingOffer;
  }
>;

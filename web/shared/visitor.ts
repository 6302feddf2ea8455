// The commands of namespace /visitor: payloads from the server's schema, and what the acks carry.

import type {
  ConversationRead, MessageRead, OwnLeftMessage, OwnTicket, OwnTicketDetail, OwnTicketForms, PhoneCodeSent, RatedService, RatingOffer,
  VisitorPayloads,
} from "./contract";
import type { Commands } from "./socket";

export type VisitorCommands = Commands<
  VisitorPayloads,
  {
    send_message: MessageRead;
    list_messages: { conversation: ConversationRead | null; messages: MessageRead[]; earlier: boolean };
    rate_conversation: RatedService;
    list_services: RatingOffer;
    send_phone_code: PhoneCodeSent;
    leave_message: OwnLeftMessage;
    list_left_messages: { items: OwnLeftMessage[] };
    follow_up_left_message: OwnLeftMessage;
    ticket_forms: OwnTicketForms;
    list_tickets: { items: OwnTicket[] };
    open_ticket: OwnTicketDetail;
    read_ticket: OwnTicketDetail;
    file_ticket: OwnTicketDetail;
    remark_ticket: OwnTicketDetail;
    withdraw_ticket: OwnTicketDetail;
    urge_ticket: OwnTicketDetail;
    confirm_ticket: OwnTicketDetail;
    rate_ticket: OwnTicketDetail;
  }
>;

// Names for what the HTTP side answers: generated types, and the few things its schema leaves open.

import type {
  AccountRead, ConversationContext, HitRead, PresenceUpdated, RatingRead, TicketCreate, TicketRead,
} from "@shared/contract";

export type { ArticleSummary, AgentRead, GroupRead, HandoffReason, TicketDetail, TicketRead, TicketStatus, TicketStep } from "@shared/contract";
export type Account = AccountRead;
export type Presence = PresenceUpdated["status"];
export type TicketPriority = NonNullable<TicketCreate["priority"]>;

/** One result of the knowledge search; the event with suggestions carries the same. */
export type KnowledgeResult = HitRead;

/** The side panel. The desk's schema leaves other packages' tickets and ratings open; these they are. */
export type Context = Omit<ConversationContext, "tickets" | "ratings"> & {
  tickets: TicketRead[];
  ratings: RatingRead[];
};


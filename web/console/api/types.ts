// Names for what the HTTP side answers: generated types, and the few things its schema leaves open.

import type {
  AccountRead, Citation, ConversationContext, PresenceUpdated, RatingRead, TicketCreate, TicketRead,
} from "@shared/contract";

export type { AgentRead, GroupRead, HandoffReason, TicketDetail, TicketRead, TicketStatus, TicketStep } from "@shared/contract";
export type Account = AccountRead;
export type Presence = PresenceUpdated["status"];
export type TicketPriority = NonNullable<TicketCreate["priority"]>;

export type Band = "answer" | "guide" | "unknown";

/** One result of the knowledge search, as `kb search` prints it. */
export interface KnowledgeResult {
  article_id: string;
  question: string;
  score: number;
  band: Band;
  citations: Citation[];
  answer_md: string;
  category: string;
}

export interface KnowledgeAnswer {
  band: Band;
  results: KnowledgeResult[];
}

/** The side panel. The desk's schema leaves other packages' tickets and ratings open; these they are. */
export type Context = Omit<ConversationContext, "tickets" | "ratings"> & {
  tickets: TicketRead[];
  ratings: RatingRead[];
};


// Made by `npm run types` from the server's schemas. Do not edit.
export type ConversationStatus = "bot" | "queued" | "assigned" | "closed";

/**
 * A line about the conversation's life: who did what. `text` is what people read.
 */
export interface ActivityContent {
  type: "activity";
  kind: string;
  text: string;
  data: {
    [k: string]: unknown;
  };
}
export interface AlertRaised {
  code: string;
  message: string;
  details: {
    [k: string]: unknown;
  };
}
/**
 * An answer from the knowledge base. `score` is the calibrated 0..1; `next` are questions to ask on.
 */
export interface AnswerContent {
  type: "answer";
  text_md: string;
  article_id: string;
  question: string;
  score: number;
  citations: Citation[];
  next: string[];
}
/**
 * Where an answer comes from.
 */
export interface Citation {
  document: string;
  number: string;
  clause: string;
  link: string;
}
export interface Author {
  kind: "visitor" | "bot" | "agent" | "system";
  id: string | null;
  name: string | null;
}
export interface Choice {
  label: string;
  value: string;
}
export interface ChoicesContent {
  type: "choices";
  text: string;
  /**
   * @maxItems 12
   */
  choices: Choice[];
}
export interface ConversationAssigned {
  conversation: ConversationRead;
  agent_id: string;
}
/**
 * A conversation as both sides see it; agents get the fields below `handoff` as well.
 */
export interface ConversationRead {
  id: string;
  inbox_id: string;
  channel: string;
  status: ConversationStatus;
  epoch: number;
  owner_id: string | null;
  owner_name: string | null;
  last_seq: number;
  visitor_read_seq: number;
  agent_read_seq: number;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  handoff: {
    [k: string]: unknown;
  } | null;
  contact_id: string | null;
  contact_name: string | null;
  preview: string;
}
export interface ConversationQueued {
  conversation: ConversationRead;
  waiting: number;
}
export interface FileContent {
  type: "image" | "voice" | "video" | "file";
  attachment_id: string;
  url: string;
  name: string;
  size: number;
  media_type: string;
}
export interface FormContent {
  type: "form";
  data: {
    [k: string]: unknown;
  };
}
export interface LocationContent {
  type: "location";
  latitude: number;
  longitude: number;
  label: string;
}
export interface MessageRead {
  id: string;
  conversation_id: string;
  seq: number;
  author: Author;
  content:
    | TextContent
    | ChoicesContent
    | AnswerContent
    | FileContent
    | LocationContent
    | FormContent
    | ActivityContent;
  client_msg_id: string | null;
  private: boolean;
  created_at: string;
  citations: Citation[] | null;
}
export interface TextContent {
  type: "text";
  text: string;
}
export interface PresenceUpdated {
  agent_id: string;
  status: "online" | "busy" | "offline";
  active: number;
  capacity: number;
}
export interface QueueUpdated {
  conversation_id: string;
  position: number;
  ahead: number;
  eta_seconds: number | null;
}
export interface RatingRequested {
  conversation_id: string;
  invited_by: string | null;
}
export interface SessionReady {
  token: string;
  contact: string;
  conversation: ConversationRead | null;
  unread: number;
  welcome: {
    [k: string]: unknown;
  }[];
}
/**
 * Knowledge suggestions for the message `for_seq`; `results` as in `kb search`.
 */
export interface SuggestionsUpdated {
  conversation_id: string;
  for_seq: number;
  results: {
    [k: string]: unknown;
  }[];
}
export interface TypingUpdated {
  conversation_id: string;
  author: "visitor" | "agent" | "bot";
  on: boolean;
}

/** What the server pushes: the payload's type follows from the event's name. */
export interface ServerEvents {
  "session.ready": SessionReady;
  "message.created": MessageRead;
  "message.updated": MessageRead;
  "conversation.updated": ConversationRead;
  "queue.updated": QueueUpdated;
  "typing.updated": TypingUpdated;
  "rating.requested": RatingRequested;
  "conversation.queued": ConversationQueued;
  "conversation.assigned": ConversationAssigned;
  "suggestions.updated": SuggestionsUpdated;
  "presence.updated": PresenceUpdated;
  "alert.raised": AlertRaised;
}

// The desk: conversations, and the people who serve them.

import type { AgentRead, ConversationPage, ConversationRead, GroupRead, MessagePage } from "@shared/contract";
import type { PageQuery } from "@shared/thread";
import { get } from "./http";
import type { Context } from "./types";

export interface ConversationQuery {
  status?: ConversationRead["status"];
  mine?: boolean;
  after?: string | null;
  limit?: number;
}

export const conversations = {
  list: (query: ConversationQuery) => get<ConversationPage>("/conversations", { ...query }),
  read: (id: string) => get<ConversationRead>(`/conversations/${id}`),
  messages: async (id: string, query: PageQuery) =>
    (await get<MessagePage>(`/conversations/${id}/messages`, { ...query })).items,
  context: (id: string) => get<Context>(`/conversations/${id}/context`),
};

export const people = {
  agents: () => get<AgentRead[]>("/agents"),
  groups: () => get<GroupRead[]>("/groups"),
};

// The desk: conversations, citizens, and the people who serve them.

import type {
  AgentRead, BusinessLines, CitizenRead, ContactChange, ConversationChange, ConversationPage, ConversationRead, EarlierPage,
  FoundPage, GroupRead, ListChoices, MessagePage,
} from "@shared/contract";
import type { PageQuery } from "@shared/thread";
import { get, patch, type Query } from "./http";
import type { Context } from "./types";

export interface ConversationQuery extends Query {
  section?: string;
  after?: string | null;
  limit?: number;
}

export const conversations = {
  list: (query: ConversationQuery) => get<ConversationPage>("/conversations", query),
  search: (query: ConversationQuery & { q: string }) => get<FoundPage>("/conversations/search", query),
  choices: () => get<ListChoices>("/conversations/choices"),
  businesses: () => get<BusinessLines>("/businesses"),
  read: (id: string) => get<ConversationRead>(`/conversations/${id}`),
  messages: async (id: string, query: PageQuery) =>
    (await get<MessagePage>(`/conversations/${id}/messages`, { ...query })).items,
  context: (id: string) => get<Context>(`/conversations/${id}/context`),
  earlier: (id: string, after: string | null) => get<EarlierPage>(`/conversations/${id}/earlier`, { after }),
  change: (id: string, change: ConversationChange) => patch<ConversationRead>(`/conversations/${id}`, change),
  changeContact: (id: string, change: ContactChange) => patch<CitizenRead>(`/contacts/${id}`, change),
};

export const people = {
  agents: () => get<AgentRead[]>("/agents"),
  groups: () => get<GroupRead[]>("/groups"),
};

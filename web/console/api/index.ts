// Every HTTP call of the console, by what it is for.

import type {
  AgentRead, ConversationPage, ConversationRead, GroupRead, LoginResponse, MessagePage, SearchRead, TicketCreate, TicketDetail,
  TicketPage, TicketStatus, TicketStep, TicketStepWrite,
} from "@shared/contract";
import type { PageQuery } from "@shared/thread";
import { get, post } from "./http";
import type { Account, Context } from "./types";

export const auth = {
  login: (login: string, password: string) => post<LoginResponse>("/auth/login", { login, password }),
  me: () => get<Account>("/auth/me"),
  logout: () => post<unknown>("/auth/logout"),
};

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

export const knowledge = {
  search: (text: string, top = 5) => get<SearchRead>("/knowledge/search", { q: text, top }),
};

export interface TicketQuery {
  status?: TicketStatus | null;
  mine?: boolean;
  q?: string;
  after?: string | null;
  limit?: number;
}

export const tickets = {
  list: (query: TicketQuery) => get<TicketPage>("/tickets", { ...query }),
  types: () => get<string[]>("/tickets/types"),
  read: (id: string) => get<TicketDetail>(`/tickets/${id}`),
  create: (ticket: TicketCreate) => post<TicketDetail>("/tickets", ticket),
  step: (id: string, step: TicketStep, write: TicketStepWrite) => post<TicketDetail>(`/tickets/${id}/${step}`, write),
};

export const people = {
  agents: () => get<AgentRead[]>("/agents"),
  groups: () => get<GroupRead[]>("/groups"),
};

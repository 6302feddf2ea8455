// Tickets.

import type { TicketCreate, TicketDetail, TicketPage, TicketStatus, TicketStep, TicketStepWrite, TicketTypeRead } from "@shared/contract";
import { get, post } from "./http";

export interface TicketQuery {
  status?: TicketStatus | null;
  mine?: boolean;
  q?: string;
  after?: string | null;
  limit?: number;
}

export const tickets = {
  list: (query: TicketQuery) => get<TicketPage>("/tickets", { ...query }),
  types: () => get<TicketTypeRead[]>("/tickets/types"),
  read: (id: string) => get<TicketDetail>(`/tickets/${id}`),
  create: (ticket: TicketCreate) => post<TicketDetail>("/tickets", ticket),
  step: (id: string, step: TicketStep, write: TicketStepWrite) => post<TicketDetail>(`/tickets/${id}/${step}`, write),
};

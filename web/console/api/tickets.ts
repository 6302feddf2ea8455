// Tickets.

import type {
  FileContent, TicketCreate, TicketDetail, TicketInFull, TicketPrefill, TicketRead, TicketStaff,
  TicketStep, TicketStepWrite, TicketTypeRead,
} from "@shared/contract";
import { get, post, type Query, upload } from "./http";

/** Another ticket, as a form or a page names it. */
export type NamedTicket = Pick<TicketRead, "id" | "number" | "title" | "status">;

export const tickets = {
  types: () => get<TicketTypeRead[]>("/tickets/types"),
  /** Those that fit, newest first: of a citizen, with a number, a phone or words. */
  named: async (query: Query) => (await get<{ items: NamedTicket[] }>("/tickets", query)).items,
  prefill: (conversation: string) => get<TicketPrefill>("/tickets/prefill", { conversation_id: conversation }),
  staff: () => get<TicketStaff>("/tickets/staff"),
  read: (id: string) => get<TicketDetail>(`/tickets/${id}`),
  create: (ticket: TicketCreate) => post<TicketDetail>("/tickets", ticket),
  step: (id: string, step: TicketStep, write: TicketStepWrite) => post<TicketDetail>(`/tickets/${id}/${step}`, write),
  reveal: (id: string, reason: string) => post<TicketInFull>(`/tickets/${id}/reveal`, { reason }),
  /** Kept for a day, until filing a ticket or a step on one takes it up. */
  upload(file: File, onProgress: (share: number) => void, signal: AbortSignal) {
    const form = new FormData();
    form.append("file", file);
    return upload<FileContent>("/tickets/files", form, onProgress, signal);
  },
};

// The types of tickets as they are set.

import type { TicketDefinition, TicketTypeChecked, TicketTypeRead, TicketTypeVersionRead } from "@shared/contract";
import { get, post, put } from "./http";

const ROOT = "/tickets/types";

export const ticketTypes = {
  list: () => get<TicketTypeRead[]>(ROOT),
  create: (id: string, definition: TicketDefinition) => post<TicketTypeRead>(ROOT, { id, definition }),
  order: (ids: string[]) => put<TicketTypeRead[]>(`${ROOT}/order`, { ids }),
  check: (definition: TicketDefinition) => post<TicketTypeChecked>(`${ROOT}/check`, definition),
  versions: (id: string) => get<TicketTypeVersionRead[]>(`${ROOT}/${id}/versions`),
  switch: (id: string, active: boolean) => post<TicketTypeRead>(`${ROOT}/${id}/${active ? "reactivate" : "deactivate"}`),
  /** Where its definition is read and saved, with its edition. */
  path: (id: string) => `${ROOT}/${id}/definition`,
};

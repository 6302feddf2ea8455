// Tickets from a spreadsheet.

import type { TicketImport } from "@shared/contract";
import { address, upload } from "./http";

/** none: only looked at; all: everything or nothing; good: what is right. */
export type Store = "none" | "all" | "good";

export const ticketImport = {
  /** Where a spreadsheet to fill in is downloaded. */
  template: (type: string) => address("/tickets/import/template", { type }),
  take(file: File, type: string, store: Store): Promise<TicketImport> {
    const form = new FormData();
    form.append("file", file);
    const query = new URLSearchParams({ type, store });
    return upload<TicketImport>(`/tickets/import?${query}`, form);
  },
};

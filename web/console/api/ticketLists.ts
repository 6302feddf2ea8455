// Lists of tickets: pages, counters, saved filters, many at once, spreadsheets.

import type {
  BulkResults, BulkWrite, ExportWrite, FilterRead, FilterWrite, ListQuery, TicketChoices, TicketCounts, TicketRowPage,
} from "@shared/contract";
import { AppError, ConnectionLost, isErrorBody } from "@shared/errors";
import { address, get, post, put, remove } from "./http";

/** Lists repeat their key: `type=complaint&type=report`. */
function search(query: Partial<ListQuery> & { after?: string; limit?: number }): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "" && one !== false) parts.append(key, String(one));
    }
  }
  return parts.toString();
}

/** The sheet, and what it is called. */
export interface Sheet {
  name: string;
  content: Blob;
}

async function sheet(wanted: ExportWrite): Promise<Sheet> {
  let response: Response;
  try {
    response = await fetch(address("/tickets/export"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
  } catch {
    throw new ConnectionLost();
  }
  if (!response.ok) {
    const error = ((await response.json().catch(() => null)) as { error?: unknown } | null)?.error;
    throw new AppError(isErrorBody(error) ? error : { code: `http_${response.status}`, message: response.statusText });
  }
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return { name: named ? decodeURIComponent(named) : "tickets.xlsx", content: await response.blob() };
}

export const ticketLists = {
  page: (query: Partial<ListQuery>, after: string, limit: number) => get<TicketRowPage>(`/tickets?${search({ ...query, after, limit })}`),
  counts: () => get<TicketCounts>("/tickets/counts"),
  choices: () => get<TicketChoices>("/tickets/choices"),
  filters: () => get<FilterRead[]>("/tickets/filters"),
  save: (write: FilterWrite) => post<FilterRead>("/tickets/filters", write),
  change: (id: string, write: FilterWrite) => put<FilterRead>(`/tickets/filters/${id}`, write),
  forget: (id: string) => remove<null>(`/tickets/filters/${id}`),
  bulk: (write: BulkWrite) => post<BulkResults>("/tickets/bulk", write),
  sheet,
};

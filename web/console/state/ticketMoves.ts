// Which step brings a ticket from one column of a board to another. The server says which of them are possible, for
// this person and this ticket; here it is only said what a column means.

import type { TicketDetail, TicketRow, TicketStatus, TicketStep } from "@shared/contract";

export type BoardBy = "status" | "stage";
/** What is worked on, and what has just been done. */
export const BOARD_STATUSES: TicketStatus[] = ["new", "open", "pending", "resolved", "closed"];

/** The steps that lead there, the usual one first. */
const TO_STATUS: Record<string, Partial<Record<TicketStatus, TicketStep[]>>> = {
  new: { open: ["accept"], withdrawn: ["withdraw"] },
  open: { new: ["return"], pending: ["ask"], resolved: ["resolve", "approve"] },
  pending: { open: ["resume"], resolved: ["resolve"] },
  resolved: { open: ["reopen"], closed: ["close"] },
  closed: { open: ["reopen"] },
};

export function stepTo(ticket: TicketDetail, by: BoardBy, column: string): TicketStep | null {
  if (by === "status") {
    const ways = TO_STATUS[ticket.status]?.[column as TicketStatus] ?? [];
    // An approval settles the ticket only from the last review.
    const settles = ticket.next_stages.some((stage) => stage.key === "end");
    return ways.find((step) => ticket.steps.includes(step) && (step !== "approve" || settles)) ?? null;
  }
  const next = ticket.next_stages.some((stage) => stage.key === column);
  const ways: TicketStep[] = next ? ["submit", "approve", "assign"] : ["send_back", "return"];
  if (!next && !isBehind(ticket, column)) return null;
  return ways.find((step) => ticket.steps.includes(step)) ?? null;
}

/** Back: to where the answer was written, or to the beginning. */
function isBehind(ticket: TicketDetail, column: string): boolean {
  const stages = ticket.definition?.flow.stages ?? [];
  const here = stages.find((stage) => stage.key === ticket.stage);
  const there = stages.find((stage) => stage.key === column);
  if (!here || !there || here === there) return false;
  return here.kind === "review" ? there.kind === "handle" : here.kind === "handle" && there === stages[0];
}

/** Those of these columns to which the ticket can be brought now. */
export function targets(ticket: TicketDetail, by: BoardBy, columns: readonly string[]): string[] {
  const here = by === "status" ? ticket.status : ticket.stage;
  return columns.filter((column) => column !== here && stepTo(ticket, by, column) !== null);
}

export const columnOf = (row: TicketRow, by: BoardBy): string => (by === "status" ? row.status : row.stage);

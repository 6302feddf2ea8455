// A list of tickets as a board: a column each for its states, or for the stages of one type.

import type { ListQuery, TicketChoices, TicketRow } from "@shared/contract";
import { shallowRef } from "vue";
import { ticketLists } from "../api/ticketLists";
import { label } from "../i18n";
import { BOARD_STATUSES, type BoardBy } from "./ticketMoves";

export interface BoardColumn {
  key: string;
  name: string;
  rows: TicketRow[];
  next: string;
}

const PAGE = 30;

/** The columns a list has: with a status asked for only that, with stages only of the one type that is asked for. */
export function columnsOf(query: ListQuery, by: BoardBy, choices: TicketChoices): { key: string; name: string }[] {
  if (by === "stage") {
    const type = choices.types.find((one) => one.id === query.type[0]);
    return type?.stages.map(({ key, name }) => ({ key, name })) ?? [];
  }
  const owed = !["all"].includes(query.view);
  return BOARD_STATUSES.filter((status) => {
    if (query.status.length) return query.status.includes(status);
    return !owed || status === "new" || status === "open" || status === "pending";
  }).map((key) => ({ key, name: label("ticket_status_", key) }));
}

export function useTicketBoard() {
  const columns = shallowRef<BoardColumn[]>([]);
  let latest = 0;
  let query: ListQuery | null = null;
  let by: BoardBy = "status";

  const narrowed = (key: string): Partial<ListQuery> =>
    by === "status" ? { ...query, status: [key as TicketRow["status"]] } : { ...query, stage: [key], status: ["new", "open", "pending"] };

  async function load(wanted: ListQuery, how: BoardBy, choices: TicketChoices): Promise<void> {
    const asked = ++latest;
    [query, by] = [wanted, how];
    const heads = columnsOf(wanted, how, choices);
    const before = columns.value;
    const pages = await Promise.all(
      heads.map(({ key }) => ticketLists.page(narrowed(key), "", Math.min(100, Math.max(PAGE, before.find((one) => one.key === key)?.rows.length ?? 0)))),
    );
    if (asked !== latest) return;
    columns.value = heads.map((head, index) => ({ ...head, rows: pages[index]?.items ?? [], next: pages[index]?.next ?? "" }));
  }

  async function more(column: BoardColumn): Promise<void> {
    const asked = latest;
    const page = await ticketLists.page(narrowed(column.key), column.next, PAGE);
    if (asked !== latest) return;
    const there = new Set(page.items.map((row) => row.id));
    columns.value = columns.value.map((one) =>
      one.key === column.key ? { ...one, rows: [...one.rows.filter((row) => !there.has(row.id)), ...page.items], next: page.next ?? "" } : one,
    );
  }
  return { columns, load, more };
}

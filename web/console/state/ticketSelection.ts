// Which tickets of a list are chosen for one step with many, and what became of each.

import type { BulkResult, BulkWrite, TicketRow } from "@shared/contract";
import { computed, type Ref, ref, shallowRef } from "vue";
import { ticketLists } from "../api/ticketLists";

export type BulkStep = BulkWrite["step"];
/** As many as the server takes at once. */
export const MOST_CHOSEN = 100;

export function useTicketSelection(rows: Ref<TicketRow[]>) {
  const ids = shallowRef<ReadonlySet<string>>(new Set());
  const results = shallowRef<BulkResult[]>([]);
  const busy = ref(false);
  let last = "";

  // Those that left the list meanwhile are no more chosen: nobody sees them.
  const chosen = computed(() => rows.value.filter((row) => ids.value.has(row.id)));
  const all = computed(() => rows.value.length > 0 && chosen.value.length === Math.min(rows.value.length, MOST_CHOSEN));

  function put(wanted: Iterable<string>): void {
    ids.value = new Set([...wanted].slice(0, MOST_CHOSEN));
  }

  return {
    ids, chosen, all, results, busy,
    clear: () => put([]),
    toggleAll: () => put(all.value ? [] : rows.value.map((row) => row.id)),
    /** `range`: all between the last one and this. */
    toggle(id: string, range = false): void {
      const from = rows.value.findIndex((row) => row.id === last);
      const to = rows.value.findIndex((row) => row.id === id);
      last = id;
      if (range && from >= 0) {
        put([...ids.value, ...rows.value.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id)]);
      } else if (ids.value.has(id)) {
        put([...ids.value].filter((one) => one !== id));
      } else {
        put([...ids.value, id]);
      }
    },
    /** One step with all that are chosen; what was refused stays chosen. */
    async take(write: Omit<BulkWrite, "tickets">): Promise<void> {
      busy.value = true;
      try {
        const tickets = chosen.value.map(({ id, version }) => ({ id, version }));
        results.value = (await ticketLists.bulk({ ...write, tickets })).results;
        put(results.value.filter((one) => !one.done).map((one) => one.id));
      } finally {
        busy.value = false;
      }
    },
  };
}

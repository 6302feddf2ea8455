// The list of tickets under its filter.

import { reactive, ref, shallowRef } from "vue";
import { tickets } from "../api";
import type { TicketRead, TicketStatus } from "../api/types";

const PAGE = 30;

export function useTickets() {
  const items = shallowRef<TicketRead[]>([]);
  const next = ref<string | null>(null);
  const filter = reactive({ status: null as TicketStatus | null, mine: false, q: "" });
  let latest = 0;

  async function fetchPage(after: string | null): Promise<void> {
    const asked = ++latest;
    const query = { status: filter.status || null, mine: filter.mine || undefined, q: filter.q.trim(), after, limit: PAGE };
    const page = await tickets.list(query);
    if (asked !== latest) return; // the filter changed meanwhile
    items.value = after ? [...items.value, ...page.items] : page.items;
    next.value = page.next;
  }

  return {
    items,
    next,
    filter,
    load: () => fetchPage(null),
    more: () => fetchPage(next.value),
    /** A ticket that was changed in the detail. */
    replace(ticket: TicketRead): void {
      items.value = items.value.map((each) => (each.id === ticket.id ? ticket : each));
    },
  };
}

// Saved filters of the ticket lists, and what can be filtered by.

import type { FilterRead, FilterWrite, TicketChoices } from "@shared/contract";
import { shallowRef } from "vue";
import { ticketLists } from "../api/ticketLists";

export function useTicketFilters() {
  const saved = shallowRef<FilterRead[]>([]);
  const choices = shallowRef<TicketChoices>({ types: [], departments: [], people: [], businesses: [], regions: [], channels: [] });

  async function load(): Promise<void> {
    saved.value = await ticketLists.filters();
  }

  return {
    saved, choices,
    async start(): Promise<void> {
      await Promise.all([load(), ticketLists.choices().then((found) => (choices.value = found))]);
    },
    async save(write: FilterWrite, id: string | null): Promise<FilterRead> {
      const one = id ? await ticketLists.change(id, write) : await ticketLists.save(write);
      await load();
      return one;
    },
    async forget(id: string): Promise<void> {
      await ticketLists.forget(id);
      await load();
    },
  };
}

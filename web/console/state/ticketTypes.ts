// The types of tickets as they are in force, asked for once per page.

import type { TicketTypeRead } from "@shared/contract";
import { computed, shallowRef } from "vue";
import { tickets } from "../api";

export function useTicketTypes() {
  const all = shallowRef<TicketTypeRead[]>([]);
  /** Those of which something new may be filed. */
  const active = computed(() => all.value.filter((each) => each.active));

  async function load(): Promise<void> {
    all.value = await tickets.types();
  }

  return { all, active, load };
}

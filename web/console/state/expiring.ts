// How many articles end soon: editors learn of it here, as reminders reach only who works at the desk.

import { ref } from "vue";
import { articles } from "../api";
import { EXPIRING_DAYS } from "./articles";

export function useExpiring() {
  /** Such as "3"; "50+" when a page does not hold them; empty: none. */
  const count = ref("");

  async function load(): Promise<void> {
    const { items, next } = await articles.expiring(EXPIRING_DAYS, null);
    count.value = items.length ? `${items.length}${next === null ? "" : "+"}` : "";
  }

  return { count, load };
}

// The list of left messages under its filters.

import type { LeftMessageRead } from "@shared/contract";
import { reactive, ref, shallowRef } from "vue";
import { leftMessages as api, type LeftStatus } from "../api/leftMessages";

const PAGE = 30;
export const NO_LEFT_FILTERS = {
  status: "" as LeftStatus | "", channel: "", inbox_id: "", business: "", since: "", until: "", mine: false, overdue: false, q: "",
};
export type LeftFilters = typeof NO_LEFT_FILTERS;

export function useLeftMessages() {
  const items = shallowRef<LeftMessageRead[]>([]);
  const next = ref<string | null>(null);
  const loaded = ref(false);
  const filters = reactive<LeftFilters>({ ...NO_LEFT_FILTERS });
  let latest = 0;

  async function fetchPage(after: string | null, limit = PAGE): Promise<void> {
    const asked = ++latest;
    const { mine, overdue, q, ...rest } = filters;
    const page = await api.list({ ...rest, q: q.trim(), mine: mine || null, overdue: overdue || null, after, limit });
    if (asked !== latest) return; // the filters changed meanwhile
    items.value = after ? [...items.value, ...page.items] : page.items;
    next.value = page.next;
    loaded.value = true;
  }

  return {
    items, next, loaded, filters,
    load: () => fetchPage(null),
    /** Something moved: what is on the screen, anew. */
    renew: () => fetchPage(null, Math.min(100, Math.max(PAGE, items.value.length))),
    more: () => fetchPage(next.value),
    replace(one: LeftMessageRead): void {
      items.value = items.value.map((each) => (each.id === one.id ? one : each));
    },
  };
}

// The tickets of one list: page after page, and looked at again when some have moved.

import type { ListQuery, TicketRow } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { ticketLists } from "../api/ticketLists";
import { reasonOf } from "./report";

const PAGE = 50;
/** The server's most; of a longer list the rest is fetched again when it is scrolled to. */
const MOST = 100;

export function useTicketRows() {
  const rows = shallowRef<TicketRow[]>([]);
  const next = ref("");
  const stopped = ref(false);
  const state = ref<"loading" | "ready" | "failed">("loading");
  const problem = ref("");
  const fetching = ref(false);
  let latest = 0;
  let query: Partial<ListQuery> = {};

  async function fetchPage(after: string, limit: number): Promise<void> {
    const asked = ++latest;
    fetching.value = true;
    try {
      const page = await ticketLists.page(query, after, limit);
      if (asked !== latest) return; // another list was asked for meanwhile
      // A ticket that moved down while pages were turned is on two of them: it stands where it was seen last.
      const there = new Set(page.items.map((row) => row.id));
      rows.value = after ? [...rows.value.filter((row) => !there.has(row.id)), ...page.items] : page.items;
      next.value = page.next ?? "";
      stopped.value = page.stopped;
      state.value = "ready";
    } catch (failure) {
      if (asked !== latest) return;
      problem.value = reasonOf(failure);
      // What is on the screen stays when only its renewal failed.
      if (!after && !rows.value.length) state.value = "failed";
      else throw failure;
    } finally {
      if (asked === latest) fetching.value = false;
    }
  }

  return {
    rows, next, stopped, state, problem, fetching,
    async load(wanted: Partial<ListQuery>): Promise<void> {
      query = { ...wanted };
      [rows.value, next.value, state.value] = [[], "", "loading"];
      await fetchPage("", PAGE);
    },
    async more(): Promise<void> {
      if (next.value && !fetching.value) await fetchPage(next.value, PAGE);
    },
    /** Something moved: what is on the screen, anew. */
    renew: () => fetchPage("", Math.min(MOST, Math.max(PAGE, rows.value.length))),
    again: () => {
      state.value = "loading";
      return fetchPage("", PAGE);
    },
  };
}

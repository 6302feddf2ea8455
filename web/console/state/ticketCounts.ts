// How many tickets are in each list; one for the page, whoever shows it. Follows what moves, but never in a storm:
// every desk hears of every step, so each waits some seconds, not all the same, and asks once for all that moved.

import { inject, onBeforeUnmount, onMounted, ref, shallowRef } from "vue";
import { ticketLists } from "../api/ticketLists";
import { LINE } from "./line";
import { useLinkEvent } from "./linkEvent";
import type { TicketView } from "./ticketQuery";

const SOON_MS = 3_000;
const JITTER_MS = 4_000;
/** What becomes overdue says nothing by itself. */
const ANEW_MS = 120_000;

const counts = shallowRef<Partial<Record<TicketView, number>>>({});
const most = ref(99);
let timer = 0;
let every = 0;
let shown = 0;

async function load(): Promise<void> {
  timer = 0;
  if (document.hidden) return;
  try {
    const found = await ticketLists.counts();
    counts.value = found.counts;
    most.value = found.most;
  } catch {
    // Only numbers: the next event brings them.
  }
}

function soon(): void {
  // Not put off by each event: in a storm they are counted every few seconds.
  if (!timer) timer = window.setTimeout(() => void load(), SOON_MS + Math.random() * JITTER_MS);
}

export function useTicketCounts() {
  const line = inject(LINE, null);
  if (line) useLinkEvent(line.link, "ticket.updated", soon);
  onMounted(() => {
    if (shown++) return;
    void load();
    every = window.setInterval(soon, ANEW_MS);
    document.addEventListener("visibilitychange", soon);
  });
  onBeforeUnmount(() => {
    if (--shown) return;
    clearTimeout(timer);
    clearInterval(every);
    timer = 0;
    document.removeEventListener("visibilitychange", soon);
  });
  return {
    counts,
    /** 7, 99+, or nothing where there are none; of lists that share no ticket, together. */
    shown: (...views: TicketView[]): string => {
      const count = views.reduce((sum, view) => sum + (counts.value[view] ?? 0), 0);
      return count > most.value ? `${most.value}+` : count ? String(count) : "";
    },
    soon,
  };
}

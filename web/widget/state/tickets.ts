// The citizen's tickets (工单): which of their pages is open, those of one's own, and whether something waits there.

import type { OwnTicket } from "@shared/contract";
import type { Store } from "@shared/store";
import { computed, effectScope, inject, ref, shallowRef, watch, type InjectionKey } from "vue";
import type { Visitor } from "./visitor";

/** "ticket": one of them; "open": another one by its number; "form": filing one. */
export type TicketPage = "" | "list" | "ticket" | "open" | "form";

// The last news that was looked at, so that later ones are pointed out.
const SEEN = "tickets.seen";

/** `signal`: the citizen leaves, and nothing is watched any more. */
export function createTickets(visitor: Visitor, store: Store, signal?: AbortSignal) {
  const scope = effectScope(true);
  signal?.addEventListener("abort", () => scope.stop());
  return scope.run(() => track(visitor, store)) as ReturnType<typeof track>;
}

function track({ link, session }: Visitor, store: Store) {
  const page = ref<TicketPage>("");
  const items = shallowRef<OwnTicket[]>([]);
  const count = ref(0);
  /** So many wait for the citizen. */
  const asked = ref(0);
  const toldAt = ref("");
  const seen = ref(store.get(SEEN) ?? "");
  /** Something was asked, told or answered that was not looked at. */
  const fresh = computed(() => toldAt.value > seen.value);

  watch(session, (ready) => {
    count.value = ready?.tickets?.count ?? count.value;
    asked.value = ready?.tickets?.asked ?? asked.value;
    toldAt.value = ready?.tickets?.told_at ?? toldAt.value;
  }, { immediate: true });

  function look(): void {
    if (page.value !== "list") return;
    seen.value = toldAt.value;
    store.set(SEEN, seen.value);
  }

  /** Throws what the link throws. */
  async function refresh(): Promise<void> {
    items.value = (await link.command("list_tickets", {})).items;
    count.value = items.value.length;
    asked.value = items.value.filter((each) => each.state === "pending").length;
    toldAt.value = items.value.reduce((last, each) => ((each.told_at ?? "") > last ? (each.told_at ?? "") : last), "");
    look();
  }

  // Whatever moved: the next look tells what. A lost look is made good by the one at the next connection.
  link.on("ticket.updated", () => void refresh().catch(() => undefined));

  return {
    page, items, count, asked, fresh, refresh,
    open(which: TicketPage): void {
      page.value = which;
      look();
    },
  };
}

export type Tickets = ReturnType<typeof createTickets>;
export const TICKETS: InjectionKey<Tickets> = Symbol("tickets");

export function useTickets(): Tickets {
  const tickets = inject(TICKETS);
  if (!tickets) throw new Error("no tickets provided");
  return tickets;
}

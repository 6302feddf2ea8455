// One ticket as its page shows it: loaded, kept up to date, and what others did meanwhile told without taking anything away.

import type { HistoryRead, TicketDetail } from "@shared/contract";
import { computed, ref, shallowRef, watch } from "vue";
import { tickets } from "../api";
import { useAccount } from "./account";
import { useLine } from "./line";
import { useLinkEvent } from "./linkEvent";

// What happens by itself, or goes on beside the work: nobody need look at it before he goes on.
const QUIET = new Set(["tell", "escalate", "reschedule"]);

export function useTicketPage(id: string, onChanged: (ticket: TicketDetail) => void) {
  const me = useAccount().account.value?.id;
  const ticket = shallowRef<TicketDetail | null>(null);
  /** The version up to which the reader has seen what others did. */
  const seen = ref(0);
  const news = computed<HistoryRead[]>(() =>
    (ticket.value?.history ?? []).filter((entry) => entry.version > seen.value && entry.actor !== me && !QUIET.has(entry.step)),
  );
  let asked = 0;

  function show(next: TicketDetail): void {
    if (ticket.value && next.version < ticket.value.version) return;
    ticket.value = next;
    onChanged(next);
  }

  /** As it is on the server; answers that come late are dropped. */
  async function load(): Promise<void> {
    const ours = ++asked;
    const loaded = await tickets.read(id);
    if (ours !== asked) return;
    if (!ticket.value) seen.value = loaded.version;
    show(loaded);
  }

  const line = useLine();
  useLinkEvent(line.link, "ticket.updated", (update) => {
    if (update.id === id && ticket.value && update.version > ticket.value.version) void load().catch(() => undefined);
  });
  // What happened while there was no line is fetched.
  watch(line.status, (status) => {
    if (status === "online" && ticket.value) void load().catch(() => undefined);
  });

  return {
    ticket, news, load,
    /** One's own step: what is shown now has been seen. */
    stepped(next: TicketDetail): void {
      asked += 1;
      show(next);
      seen.value = next.version;
    },
    seeAll: () => void (seen.value = ticket.value?.version ?? 0),
  };
}

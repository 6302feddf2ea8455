// How many left messages wait, for the menu; follows what moves at the desk.

import type { LeftMessageCounts } from "@shared/contract";
import { onBeforeUnmount, onMounted, shallowRef } from "vue";
import { leftMessages as api } from "../api/leftMessages";
import type { Desk } from "./desk";
import { useLinkEvent } from "./linkEvent";

// Several move at once, and every desk hears of each.
const SOON_MS = 800;
// What becomes overdue says nothing by itself.
const ANEW_MS = 300_000;

export function useLeftCounts(desk: Desk | null) {
  const counts = shallowRef<LeftMessageCounts>({ new: 0, mine: 0, overdue: 0 });
  if (!desk) return counts;
  let timer = 0;
  let every = 0;

  async function load(): Promise<void> {
    try {
      counts.value = await api.counts();
    } catch {
      // Only a number in the menu: the next event brings it.
    }
  }
  function soon(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), SOON_MS);
  }
  useLinkEvent(desk.link, "left_message.updated", soon);
  onMounted(() => {
    soon();
    every = window.setInterval(() => void load(), ANEW_MS);
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    clearInterval(every);
  });
  return counts;
}

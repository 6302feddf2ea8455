// The supervisor's wall: fetched, and fetched again soon after anything at the desk has changed.

import type { AgentCommands } from "@shared/agent";
import type { WallAgent, WallRead } from "@shared/contract";
import type { Link } from "@shared/socket";
import { computed, onBeforeUnmount, ref, shallowRef } from "vue";
import { wall as api } from "../api";
import { useLinkEvent } from "./linkEvent";

// At a rush something changes many times a second; eyes do not need it more often than this.
const AFTER_MS = 2_000;
// What nobody announces (alerts of other scopes, a wait that becomes too long) is seen at the latest then.
const EVERY_MS = 10_000;

export type SortKey = "name" | "status" | "since" | "active" | "unanswered" | "unanswered_since";

const STATUS_ORDER: WallAgent["status"][] = ["online", "busy", "wrap_up", "rest", "offline"];

/** As text, so that every column compares the same way; who has nothing comes last. */
function rank(agent: WallAgent, key: SortKey): string {
  const high = (value: number) => String(1e6 - value).padStart(8, "0");
  switch (key) {
    case "name": return agent.name;
    case "status": return String(STATUS_ORDER.indexOf(agent.status));
    case "active": return high(agent.active);
    case "unanswered": return high(agent.unanswered);
    case "since": return agent.since ?? "9";
    case "unanswered_since": return agent.unanswered_since ?? "9";
  }
}

export function sortedAgents(agents: readonly WallAgent[], key: SortKey, descending: boolean): WallAgent[] {
  const sign = descending ? -1 : 1;
  return [...agents].sort((a, b) => sign * rank(a, key).localeCompare(rank(b, key), "zh") || a.name.localeCompare(b.name, "zh"));
}

export function useWall(link: Pick<Link<AgentCommands>, "on">) {
  const wall = shallowRef<WallRead | null>(null);
  const fetchedAt = ref(0);
  const failed = ref(false);
  let pending = 0;
  let over = false;

  async function load(): Promise<void> {
    try {
      wall.value = await api.read();
      [fetchedAt.value, failed.value] = [Date.now(), false];
    } catch {
      // The page says how old its figures are; the next try comes by itself.
      failed.value = true;
    }
  }

  function soon(): void {
    if (pending || over) return;
    pending = window.setTimeout(() => {
      pending = 0;
      void load();
    }, AFTER_MS);
  }

  for (const name of ["presence.updated", "conversation.updated", "conversation.queued", "alert.raised"] as const)
    useLinkEvent(link, name, soon);
  const timer = window.setInterval(() => void load(), EVERY_MS);
  onBeforeUnmount(() => {
    over = true;
    clearInterval(timer);
    clearTimeout(pending);
  });

  const queues = computed(() => wall.value?.queues ?? []);
  return {
    wall, fetchedAt, failed, load, soon,
    waiting: computed(() => queues.value.reduce((sum, each) => sum + each.waiting, 0)),
    longestSince: computed(() =>
      queues.value.map((each) => each.oldest_at).filter((at) => at !== null).sort()[0] ?? null,
    ),
    online: computed(() => (wall.value?.agents ?? []).filter((each) => each.status === "online").length),
    serving: computed(() => (wall.value?.agents ?? []).reduce((sum, each) => sum + each.active, 0)),
  };
}

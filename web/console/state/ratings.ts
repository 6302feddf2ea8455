// The list of ratings: a page of it, narrowed.

import type { RatingRead } from "@shared/contract";
import { reactive, ref, shallowRef } from "vue";
import { people } from "../api";
import { ratings } from "../api/ratings";
import type { AgentRead, GroupRead } from "../api/types";
import { lastDays } from "./questionLog";

const DAY_MS = 86_400_000;

/** The moment a day begins in China. */
function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

export function useRatings() {
  const narrowed = reactive({ agent: "", group: "", score: "", ...lastDays() });
  const rows = shallowRef<RatingRead[]>([]);
  const next = ref<string | null>(null);
  const loaded = ref(false);
  const agents = shallowRef<AgentRead[]>([]);
  const groups = shallowRef<GroupRead[]>([]);

  const page = (after: string | null) =>
    ratings.list({
      agent_id: narrowed.agent, group_id: narrowed.group, score: narrowed.score, after,
      since: narrowed.first && new Date(midnight(narrowed.first)).toISOString(),
      until: narrowed.last && new Date(midnight(narrowed.last) + DAY_MS).toISOString(),
    });

  async function load(): Promise<void> {
    const first = await page(null);
    [rows.value, next.value, loaded.value] = [first.items, first.next, true];
  }

  async function more(): Promise<void> {
    const further = await page(next.value);
    [rows.value, next.value] = [[...rows.value, ...further.items], further.next];
  }

  async function loadNames(): Promise<void> {
    [agents.value, groups.value] = await Promise.all([people.agents(), people.groups()]);
  }

  return { narrowed, rows, next, loaded, agents, groups, load, more, loadNames };
}

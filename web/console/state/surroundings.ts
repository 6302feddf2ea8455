// What lists and cards offer to choose from: colleagues, groups, inboxes, businesses, tags. Asked once a page.

import type { ListChoices } from "@shared/contract";
import { computed, shallowRef } from "vue";
import { conversations, people } from "../api";
import type { AgentRead, GroupRead } from "../api/types";

const agents = shallowRef<AgentRead[]>([]);
const groups = shallowRef<GroupRead[]>([]);
const choices = shallowRef<ListChoices>({ inboxes: [], businesses: [], tags: [] });
const lines = shallowRef<string[]>([]);
let asked: Promise<void> | null = null;

async function load(): Promise<void> {
  const [everybody, all, offered, known] = await Promise.all([
    people.agents(), people.groups(), conversations.choices(), conversations.businesses(),
  ]);
  [agents.value, groups.value, choices.value, lines.value] = [everybody, all, offered, known.lines];
}

export function useSurroundings() {
  return {
    agents,
    groups,
    choices,
    // The organisation's own first; what conversations were called beside them stays choosable.
    businesses: computed(() => [...new Set([...lines.value, ...choices.value.businesses])]),
    /** A failed try is forgotten, so that the next one asks again. */
    ask(): Promise<void> {
      asked ??= load().catch(() => void (asked = null));
      return asked;
    },
    refresh: load,
  };
}

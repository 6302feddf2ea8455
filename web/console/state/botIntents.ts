// Everything the bot tells apart, shared by the pages of the section: other pages call an intent by its title.

import type { IntentList, IntentRead } from "@shared/contract";
import { computed, shallowRef } from "vue";
import { intents } from "../api";

export const OWN = "own";
/** What a model says when it is sure of nothing; it is no intent of the list. */
const FALLBACK = "nlu_fallback";

const list = shallowRef<IntentList | null>(null);

/** Own ones first: they are what is worked on. */
const groups = computed(() => {
  const { groups: all = [], items = [] } = list.value ?? {};
  return [...all.filter(({ name }) => name === OWN), ...all.filter(({ name }) => name !== OWN)].map((group) => ({
    ...group,
    items: items.filter((intent) => intent.group === group.name),
  }));
});
const titles = computed(() => new Map((list.value?.items ?? []).map(({ name, title }) => [name, title])));

/** Whether `words` are in what the list shows of it. */
export function matches(intent: Pick<IntentRead, "name" | "title" | "means">, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return !wanted || [intent.title, intent.means, intent.name].some((text) => text.toLowerCase().includes(wanted));
}

export function useBotIntents(unsure: () => string = () => FALLBACK) {
  return {
    list,
    groups,
    titleOf: (name: string) => (name === FALLBACK ? unsure() : (titles.value.get(name) ?? name)),
    load: async () => void (list.value = await intents.list()),
  };
}

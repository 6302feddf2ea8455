// What the page of the handoff rules knows: the rules in their order, what they may name, and the trial of edited ones.

import { AppError } from "@shared/errors";
import type { RuleSettings, RulesPreview } from "@shared/contract";
import { computed, inject, provide, ref, shallowRef, type InjectionKey, type Ref } from "vue";
import { businesses, inboxes, intents, people, rulePreview } from "../api";
import { fieldProblems, type FieldProblems } from "./fieldProblems";
import { attempt } from "./report";

export type Rules = RuleSettings;
export type RuleName = keyof Rules;
export type Scope = Rules["button"];
export type KeywordRule = Rules["keyword"];
export type CustomerRule = Rules["customer_group"];
export type BusinessRule = Rules["business"];
export type UnderstoodRule = Rules["understood"];
export type RepeatedRule = Rules["repeated"];

/** In the order in which they are asked; the button stands beside them. */
export const RULES: RuleName[] = [
  "customer_group", "keyword", "guided", "understood", "business", "bot_down", "unknown", "repeated", "button",
];

export interface Choice {
  id: string;
  name: string;
}

interface Choices {
  inboxes: Choice[];
  groups: Choice[];
  intents: Choice[];
  businesses: string[];
}

interface RulesContext {
  choices: Readonly<Ref<Choices>>;
  problems: Readonly<Ref<FieldProblems>>;
}

const KEY: InjectionKey<RulesContext> = Symbol("rules");

/** For the page: what its cards choose from. */
export function provideRules(problems: Readonly<Ref<FieldProblems>>) {
  const choices = shallowRef<Choices>({ inboxes: [], groups: [], intents: [], businesses: [] });
  const load = () =>
    attempt(async () => {
      const [places, groups, lines, understood] = await Promise.all([
        inboxes.list(), people.groups(), businesses.list(), intents.list(),
      ]);
      choices.value = {
        inboxes: places.map(({ id, name }) => ({ id, name })),
        groups: groups.map(({ id, name }) => ({ id, name })),
        intents: understood.items.map(({ name, title }) => ({ id: name, name: title || name })),
        businesses: lines.lines,
      };
    });
  const context: RulesContext = { choices, problems };
  provide(KEY, context);
  return { ...context, load };
}

/** For its parts. */
export function useRules(): RulesContext {
  const context = inject(KEY);
  if (!context) throw new Error("outside of the rules' page");
  return context;
}

export function nameOf(choices: Choice[], id: string): string {
  return choices.find((choice) => choice.id === id)?.name ?? id;
}

/** The trial of rules that are not saved yet. */
export function useTrial(rules: () => Rules | null) {
  const days = ref(7);
  const busy = ref(false);
  const result = shallowRef<RulesPreview | null>(null);
  const problems = shallowRef<FieldProblems>({});
  const tried = ref("");
  /** The rules were edited after the trial. */
  const outdated = computed(() => result.value !== null && tried.value !== JSON.stringify(rules()));

  async function run(): Promise<void> {
    const edited = rules();
    if (!edited) return;
    busy.value = true;
    await attempt(async () => {
      try {
        result.value = await rulePreview({ rules: edited, days: days.value });
        tried.value = JSON.stringify(edited);
        problems.value = {};
      } catch (failure) {
        problems.value = failure instanceof AppError ? fieldProblems(failure) : {};
        throw failure;
      }
    });
    busy.value = false;
  }

  return { days, busy, result, problems, outdated, run };
}

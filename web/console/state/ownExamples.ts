// Adding examples to an intent: lines being written, which of them the server refused and why, and what it warns of.

import type { ExampleRefusal, ExampleWarning, ExamplesAdded } from "@shared/contract";
import { AppError } from "@shared/errors";
import { computed, ref, shallowRef } from "vue";
import { intents } from "../api";
import { fieldProblems } from "./fieldProblems";

/** Sentences in one request (bot/editing/schemas.py). */
export const MAX_BATCH = 200;

type Outcome = Pick<ExamplesAdded, "refused" | "warnings">;

// What was said when an intent was created, until its page is opened.
const told = new Map<string, Outcome>();

export function tellLater(intent: string, outcome: Outcome): void {
  told.set(intent, outcome);
}

/** What is written, without empty lines. */
export function written(lines: string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line);
}

export function useOwnExamples(intent: string) {
  const lines = ref<string[]>([""]);
  /** Why a line was refused, by what stands in it: a line that is changed is asked about anew. */
  const refusals = shallowRef(new Map<string, string>());
  /** What an added sentence is nearly the same as. */
  const warnings = shallowRef(new Map<string, ExampleWarning>());
  const count = computed(() => written(lines.value).length);

  function tell({ refused, warnings: near }: Outcome): void {
    refusals.value = new Map(refused.map(({ text, message }) => [text, message]));
    warnings.value = new Map([...warnings.value, ...near.map((each) => [each.text, each] as const)]);
    lines.value = refused.length ? refused.map(({ text }) => text) : [""];
  }

  const before = told.get(intent);
  if (before) tell(before);
  told.delete(intent);

  /** How many were added. Those that were not stay as lines. Throws what has nothing to do with single lines. */
  async function add(): Promise<number> {
    const texts = written(lines.value);
    if (!texts.length) return 0;
    lines.value = texts;
    try {
      const result = await intents.addExamples(intent, texts.slice(0, MAX_BATCH));
      tell(result);
      lines.value = [...written(lines.value), ...texts.slice(MAX_BATCH)];
      if (!lines.value.length) lines.value = [""];
      return result.added.length;
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      const { refusals: all } = failure.details;
      if (failure.code === "example_taken" && Array.isArray(all)) {
        tell({ refused: all as ExampleRefusal[], warnings: [] });
        return 0;
      }
      const wrong = Object.entries(fieldProblems(failure)).map(([field, reason]) => [texts[Number(field.split(".")[1])], reason] as const);
      if (!wrong.some(([line]) => line)) throw failure;
      refusals.value = new Map(wrong.flatMap(([line, reason]) => (line ? [[line, reason]] : [])));
      return 0;
    }
  }

  return {
    lines, refusals, warnings, count, add,
    /** Put another sentence in its place. */
    async change(id: string, text: string): Promise<void> {
      const result = await intents.changeExample(id, text);
      warnings.value = new Map([...warnings.value, ...result.warnings.map((each) => [each.text, each] as const)]);
    },
  };
}

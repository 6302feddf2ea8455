// The record of questions: a page of it, narrowed, and the counts of the same days.

import type { DayRead, QuestionRead } from "@shared/contract";
import { reactive, ref, shallowRef } from "vue";
import { questions, type QuestionQuery } from "../api";

const DAYS = 30;
const DAY_MS = 86_400_000;

/** "" does not narrow. Days as in the address of a date field. */
export interface Narrowed {
  words: string;
  band: QuestionRead["band"] | "";
  helpful: "" | "true" | "false";
  handed: "" | "true" | "false";
  first: string;
  last: string;
  cluster: string;
}

/** Today in China, and the first of the last thirty days. */
export function lastDays(now: Date = new Date()): { first: string; last: string } {
  const day = (at: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date(at));
  return { first: day(now.getTime() - (DAYS - 1) * DAY_MS), last: day(now.getTime()) };
}

export function useQuestionLog() {
  const narrowed = reactive<Narrowed>({ words: "", band: "", helpful: "", handed: "", cluster: "", ...lastDays() });
  const rows = shallowRef<QuestionRead[]>([]);
  const days = shallowRef<DayRead[]>([]);
  const next = ref<string | null>(null);
  const loaded = ref(false);

  function query(after: string | null): QuestionQuery {
    const yes = (value: string) => (value === "" ? null : value === "true");
    const { words, band, first, last, cluster } = narrowed;
    return { words, band, first, last, cluster, helpful: yes(narrowed.helpful), handed_off: yes(narrowed.handed), after };
  }

  async function load(): Promise<void> {
    const { first, last } = narrowed;
    const [page, counted] = await Promise.all([questions.list(query(null)), questions.days({ first, last })]);
    rows.value = page.items;
    next.value = page.next;
    days.value = counted;
    loaded.value = true;
  }

  async function more(): Promise<void> {
    const page = await questions.list(query(next.value));
    rows.value = [...rows.value, ...page.items];
    next.value = page.next;
  }

  return { narrowed, rows, days, next, loaded, load, more };
}

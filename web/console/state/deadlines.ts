// What the page of ticket deadlines edits, what it offers to choose from, and what a policy promises in a line.

import type { DeadlinePolicy, DeadlineSpan, HoursSettings, TicketStaff, TicketTypeRead } from "@shared/contract";
import { fullTime } from "@shared/time";
import { shallowRef } from "vue";
import { tickets } from "../api";
import { get } from "../api/http";
import { label, t } from "../i18n";
import type { Option } from "./routing";
import { attempt } from "./report";

export type Unit = DeadlineSpan["unit"];
/** In the order in which they are offered, with the most that may be promised. */
export const UNITS: Unit[] = ["minutes", "workdays", "days"];
export const MOST: Record<Unit, number> = { minutes: 120_000, workdays: 365, days: 3650 };
export const TARGETS = ["accept", "answer", "resolve"] as const;
export const AUDIENCES = ["assignee", "leader", "supervisors"] as const;
const PRIORITIES = ["low", "normal", "high", "urgent"] as const;

export interface DeadlineChoices {
  types: TicketTypeRead[];
  priorities: Option[];
  schedules: Option[];
}

export function useDeadlineChoices() {
  const staff = shallowRef<TicketStaff>({ departments: [], people: [] });
  const choices = shallowRef<DeadlineChoices>({ types: [], priorities: [], schedules: [] });

  async function load(): Promise<void> {
    await attempt(async () => {
      const [people, types, hours] = await Promise.all([tickets.staff(), tickets.types(), get<HoursSettings>("/desk/settings/hours")]);
      staff.value = people;
      choices.value = {
        types,
        priorities: PRIORITIES.map((value) => ({ value, label: label("priority_", value) })),
        schedules: hours.schedules.map(({ id, name }) => ({ value: id, label: name })),
      };
    });
  }
  return { staff, choices, load };
}

/** The date fields of these types, each once. */
export function dateFields({ types }: DeadlineChoices, wanted: readonly string[]): Option[] {
  const found = new Map<string, string>();
  for (const type of types) {
    if (!wanted.includes(type.id)) continue;
    for (const field of type.definition.fields) if (field.kind === "date") found.set(field.key, field.name);
  }
  return [...found].map(([value, name]) => ({ value, label: name }));
}

/** A new policy with an id that none of the others has. */
export function newPolicy(others: readonly DeadlinePolicy[], schedules: readonly Option[]): DeadlinePolicy {
  let number = others.length + 1;
  while (others.some(({ id }) => id === `policy-${number}`)) number += 1;
  return {
    id: `policy-${number}`, name: "", types: [], priorities: [], accept: null, answer: null, resolve: { amount: 5, unit: "workdays" },
    schedule: schedules.find(({ value }) => value === "office")?.value ?? schedules[0]?.value ?? "office",
    pause_while_pending: true, given: null, before: [{ amount: 1, unit: "workdays" }], again: { amount: 1, unit: "workdays" }, again_most: 10,
    escalations: [{ after: null, to: { assignee: false, leader: true, supervisors: false, account_ids: [] } }],
  };
}

export function spanText({ amount, unit }: DeadlineSpan): string {
  return t("due_span", { amount, unit: label("due_unit_short_", unit) });
}

/** 投诉、举报 · 特急 · 受理 30 分钟服务时间，办结 5 个工作日. */
export function summary(policy: DeadlinePolicy, choices: DeadlineChoices): string {
  const types = policy.types.map((id) => choices.types.find((type) => type.id === id)?.definition.name ?? id);
  const priorities = policy.priorities.map((each) => label("priority_", each));
  const promised = TARGETS.flatMap((target) => {
    const span = policy[target];
    return span ? [`${label("deadline_", target)} ${spanText(span)}`] : [];
  });
  return [types.join("、") || t("due_all_types"), priorities.join("、") || t("due_all_priorities"), promised.join("，") || t("due_no_promise")].join(" · ");
}

/** 2026-09-30 15:20 as the picker has it; the clock is Shanghai's wherever the reader sits. */
export function nowInShanghai(at: Date | number): string {
  return fullTime(new Date(at).toISOString());
}

export function fromShanghai(text: string): string {
  return `${text.replace(" ", "T")}:00+08:00`;
}

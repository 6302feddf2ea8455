// What the page of ticket assignment edits, and what it offers to choose from.

import type { AssigningRule, AssigningSettings, TicketStaff, TicketTypeRead } from "@shared/contract";
import { shallowRef } from "vue";
import { conversations, tickets } from "../api";
import { label } from "../i18n";
import type { Option } from "./routing";
import { attempt } from "./report";

/** In the order in which they are offered. */
export const CONDITIONS = ["type", "business", "words", "region", "source", "priority"] as const;
export type Condition = (typeof CONDITIONS)[number];
export type Strategy = AssigningSettings["strategy"];
export type Choices = Partial<Record<Condition, Option[]>>;
export const STRATEGIES: Strategy[] = ["anybody", "least_loaded", "round_robin"];
export const SOURCES: AssigningRule["source"] = ["agent", "bot", "citizen", "left_message", "api", "import"];
export const PRIORITIES: AssigningRule["priority"] = ["low", "normal", "high", "urgent"];
/** Conditions whose values are written freely. */
export const FREE: ReadonlySet<Condition> = new Set(["business", "words", "region"]);

/** Where a rule leads, as one choice: a department or a person. */
export function targetOf(rule: AssigningRule): string {
  return rule.account ? `person:${rule.account}` : `department:${rule.department ?? ""}`;
}

export function leadTo(rule: AssigningRule, target: string): void {
  const [kind, id] = target.split(":");
  rule.account = kind === "person" ? (id ?? null) : null;
  rule.department = kind === "department" ? (id ?? null) : null;
}

export function newRule(staff: TicketStaff): AssigningRule {
  const department = staff.departments[0]?.id ?? null;
  const account = department ? null : (staff.people[0]?.id ?? null);
  return { name: "", type: [], business: [], region: [], words: [], source: [], priority: [], department, account, strategy: "anybody" };
}

const plain = (value: string): Option => ({ value, label: value });

export function useAssigningChoices() {
  const staff = shallowRef<TicketStaff>({ departments: [], people: [] });
  const types = shallowRef<TicketTypeRead[]>([]);
  const choices = shallowRef<Choices>({});

  async function load(): Promise<void> {
    await attempt(async () => {
      const [people, kinds, lines] = await Promise.all([tickets.staff(), tickets.types(), conversations.businesses()]);
      staff.value = people;
      types.value = kinds;
      choices.value = {
        type: kinds.map((each) => ({ value: each.id, label: each.definition.name })),
        business: lines.lines.map(plain),
        source: SOURCES.map((value) => ({ value, label: label("source_", value) })),
        priority: PRIORITIES.map((value) => ({ value, label: label("priority_", value) })),
      };
    });
  }

  return { staff, types, choices, load };
}

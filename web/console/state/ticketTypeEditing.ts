// A type of ticket while it is edited: its fields and stages, and how its flow is drawn.

import type { Stage, TicketDefinition, TicketField, Who } from "@shared/contract";

/** The `next` of a stage after which nothing comes (handoff/tickets/types/definition.py). */
export const END = "end";
export const FIELD_KINDS = ["text", "long_text", "number", "date", "choice", "file", "person", "address"] as const;
export const VISIBILITIES = ["citizen", "staff", "handlers"] as const;
export const STAGE_KINDS = ["dispatch", "handle", "review"] as const;
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
// The server's limits (handoff/tickets/types/definition.py).
export const MOST = { fields: 40, stages: 20, next: 8, templates: 50, choices: 100, label: 32, help: 200, template: 2000 } as const;
export const NEW_KEY = /^[a-z][a-z0-9_]{0,31}$/;

/** Who may do a stage of that kind; the usual one first. Nobody reviews himself. */
export function whoKinds(kind: Stage["kind"]): Who["kind"][] {
  const named: Who["kind"][] = ["leader", "department", "persons", "role"];
  if (kind === "review") return [...named, "dispatchers"];
  return kind === "dispatch" ? ["dispatchers", ...named] : ["assigned", ...named];
}

export function whoOf(kind: Who["kind"]): Who {
  return { kind, department_id: null, account_ids: [], role: kind === "role" ? "supervisor" : null };
}

function freeKey(begin: string, taken: string[]): string {
  for (let count = 1; ; count++) if (!taken.includes(`${begin}${count}`)) return `${begin}${count}`;
}

export function newField(fields: readonly TicketField[]): TicketField {
  const key = freeKey("field_", fields.map((each) => each.key));
  return { key, name: "", kind: "text", required: false, visible: "citizen", asked: true, choices: [], masked: true, help: "" };
}

/** With a stage more at the end of the list: what led to the end from the last one leads to it. */
export function withStage(stages: readonly Stage[]): Stage[] {
  const key = freeKey("stage_", stages.map((each) => each.key));
  const last = stages.at(-1);
  const before = stages.map((each) => (each === last ? { ...each, next: each.next.map((next) => (next === END ? key : next)) } : each));
  return [...before, { key, name: "", kind: "handle", who: whoOf("assigned"), next: [END] }];
}

/** Without that stage: what led to it leads to what came after it. */
export function withoutStage(stages: readonly Stage[], key: string): Stage[] {
  const gone = stages.find((each) => each.key === key);
  const after = gone?.next.filter((next) => next !== key) ?? [];
  return stages
    .filter((each) => each.key !== key)
    .map((each) => {
      const next = [...new Set(each.next.flatMap((one) => (one === key ? after : [one])))].filter((one) => one !== each.key);
      return { ...each, next: next.length ? next : [END] };
    });
}

/** A type to begin with: one stage, nothing else set. */
export function newDefinition(name: string, stage: string): TicketDefinition {
  return {
    name, help: "", prefix: "GD", fields: [], flow: { stages: [{ key: "handle", name: stage, kind: "handle", who: whoOf("assigned"), next: [END] }] },
    priorities: [...PRIORITIES], priority: "normal", department_ids: [], templates: [], by_citizen: false, close_after_days: 7, follow_up: false,
  };
}

/** What a type is called by programs: letters of the name if it has any, else a number. */
export function suggestedId(name: string, taken: string[]): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "").slice(0, 28);
  return NEW_KEY.test(plain) && !taken.includes(plain) ? plain : freeKey("type_", taken);
}

/** What a person can still be writing, filled up so that the server looks at the rest; and what is missing, by its place. */
export function filledUp(definition: TicketDefinition): { whole: TicketDefinition; missing: string[] } {
  const missing: string[] = [];
  const named = <T extends { name: string }>(part: string, items: readonly T[]): T[] =>
    items.map((each, place) => {
      if (each.name.trim()) return each;
      missing.push(`${part}.${place}.name`);
      return { ...each, name: `${part} ${place + 1}` };
    });
  if (!definition.name.trim()) missing.push("name");
  const whole = {
    ...definition,
    name: definition.name.trim() || "name",
    fields: named("fields", definition.fields),
    flow: { stages: named("flow.stages", definition.flow.stages) },
    templates: named("templates", definition.templates).map((each, place) => {
      if (each.text.trim()) return each;
      missing.push(`templates.${place}.text`);
      return { ...each, text: "text" };
    }),
  };
  return { whole, missing };
}

// ---- the picture ---------------------------------------------------------------------------------

export interface Box {
  key: string;
  column: number;
  row: number;
}

export interface Arrow {
  from: Box;
  to: Box;
  /** Leads back, which a flow must not. */
  back: boolean;
}

/** Columns by the longest way from the beginning; `end` is a box, too. Stages nothing leads to stand in the first column. */
export function picture(stages: readonly Stage[]): { boxes: Box[]; arrows: Arrow[] } {
  const keys = new Set([...stages.map((each) => each.key), END]);
  const ways = new Map(stages.map((each) => [each.key, each.next.filter((next) => keys.has(next))]));
  const back = backwards(stages.map((each) => each.key), ways);
  const column = new Map<string, number>([...keys].map((key) => [key, 0]));
  // As many rounds as there are stages: no way is longer. Ways back are left out, so that it ends.
  for (let round = 0; round < stages.length; round++) {
    for (const [from, nexts] of ways) {
      for (const next of nexts) {
        if (!back.has(`${from}>${next}`)) column.set(next, Math.max(column.get(next) ?? 0, (column.get(from) ?? 0) + 1));
      }
    }
  }
  column.set(END, Math.max(1, ...[...column].map(([key, at]) => (key === END ? at : at + 1))));
  const filled = new Map<number, number>();
  const boxes = [...stages.map((each) => each.key), END].map((key) => {
    const at = column.get(key) ?? 0;
    const row = filled.get(at) ?? 0;
    filled.set(at, row + 1);
    return { key, column: at, row };
  });
  const of = new Map(boxes.map((box) => [box.key, box]));
  const arrows = [...ways].flatMap(([from, nexts]) =>
    nexts.flatMap((next) => {
      const [begin, end] = [of.get(from), of.get(next)];
      return begin && end ? [{ from: begin, to: end, back: back.has(`${from}>${next}`) }] : [];
    }),
  );
  return { boxes, arrows };
}

/** The ways that close a circle, met when one walks from the beginning on. */
function backwards(keys: string[], ways: Map<string, string[]>): Set<string> {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (key: string, before: Set<string>): void => {
    if (done.has(key)) return;
    const here = new Set(before).add(key);
    for (const next of ways.get(key) ?? []) {
      if (here.has(next)) found.add(`${key}>${next}`);
      else walk(next, here);
    }
    done.add(key);
  };
  for (const key of keys) walk(key, new Set());
  return found;
}

/** The usual way in words: 分派 → 承办 → 结束. */
export function usualWay(stages: readonly Stage[], end: string): string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  let here = stages[0];
  while (here && !seen.has(here.key)) {
    seen.add(here.key);
    names.push(here.name);
    const next: string | undefined = here.next[0];
    if (next === END) return [...names, end];
    here = stages.find((each) => each.key === next);
  }
  return names;
}

// Duty hours as people write them: "09:00-12:00 13:30-17:00" for a day.

import type { AdmissionSettings, HoursSettings } from "@shared/contract";

export type Schedule = HoursSettings["schedules"][number];
export type DecisionRow = AdmissionSettings["rows"][number];

export function periodsText(periods: readonly string[]): string {
  return periods.join("  ");
}

/** Cut at blanks and commas; full-width colons and dashes become plain ones, 9:00 becomes 09:00. */
export function readPeriods(text: string): string[] {
  return text
    .replaceAll("：", ":")
    .replace(/\s*[—–~\u81f3\u5230－]+\s*|\s*-\s*/g, "-")
    .split(/[\s,，、;；]+/)
    .filter((part) => part)
    .map((part) => part.replace(/(^|-)(\d):/g, "$10$2:"));
}

/** Whether it is a list of periods in order, apart, within the day. */
export function arePeriods(periods: readonly string[]): boolean {
  let last = "";
  return periods.every((period) => {
    const match = /^([01]\d:[0-5]\d|2[0-3]:[0-5]\d)-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$/.exec(period);
    if (!match?.[1] || !match[2] || match[1] < last || match[1] >= match[2]) return false;
    last = match[2];
    return true;
  });
}

/** A new set of hours with an id that none of the others has. */
export function newSchedule(others: readonly Schedule[], name: string): Schedule {
  let number = others.length + 1;
  while (others.some(({ id }) => id === `hours-${number}`)) number += 1;
  const office = ["09:00-12:00", "13:30-17:00"];
  return { id: `hours-${number}`, name, weekly: [office, office, office, office, office, [], []].map((day) => [...day]), special: {}, statutory: true, makeup: [...office] };
}

export const newRow = (): DecisionRow => ({ outcome: "queue", duty: "on", agents: "any", waiting_from: 0, inboxes: [], text: "" });

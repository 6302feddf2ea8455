// What kind of step an entry of a ticket's history is: work on it, words between office and citizen, or the product itself.

import type { HistoryRead } from "@shared/contract";

export const KINDS = ["work", "citizen", "note", "system"] as const;
export type Kind = (typeof KINDS)[number];

const CITIZEN = new Set(["reply", "ask", "resolve", "remark", "urge", "rate", "follow_up"]);
const NOTES = new Set(["comment", "link", "unlink", "revise"]);
const OF_ITSELF = new Set(["tell", "escalate", "reschedule"]);

export function kindOf(entry: Pick<HistoryRead, "step" | "actor">): Kind {
  if (OF_ITSELF.has(entry.step)) return "system";
  if (CITIZEN.has(entry.step)) return "citizen";
  if (NOTES.has(entry.step)) return "note";
  return entry.actor === "system" ? "system" : "work";
}

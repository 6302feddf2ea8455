// A ticket as its page shows it: how far it has come, and everything that happened.

import type { OwnTicketDetail } from "@shared/contract";
import { fullTime } from "@shared/time";
import type { Texts } from "../i18n";

const AT = { new: 0, open: 1, pending: 1, resolved: 2, closed: 3, withdrawn: 1 } as const;

/** Its stations; what was withdrawn or joined has fewer. */
export function courseOf(ticket: OwnTicketDetail, t: Texts["tickets"]) {
  const names =
    ticket.state === "withdrawn" ? [t("step_filed"), t("step_withdrawn")]
    : ticket.merged_into ? [t("step_filed"), t("state_merged")]
    : [t("step_filed"), t("step_accepted"), t("step_answered"), t("step_closed")];
  const at = Math.min(AT[ticket.state], names.length - 1);
  return names.map((name, index) => ({
    name, past: index <= at, here: index === at, heard: index > at ? name : name + t(index === at ? "step_now" : "step_done"),
  }));
}

/** The latest first. */
export function timelineOf(ticket: OwnTicketDetail, t: Texts["tickets"]) {
  const said = ticket.steps.map((step, index) => {
    const what = t(step.disputes ? "kind_disputed" : `kind_${step.kind}`);
    return { index, what: step.by ? t("by", { name: step.by, what }) : what, at: fullTime(step.at), text: step.text };
  });
  return said.reverse();
}

// The colours of tickets' states in lists, and whose a ticket is in few words.

import type { TicketRow } from "@shared/contract";
import { label, t } from "../../../i18n";

export const STATUS_TAGS = { new: "warning", open: "primary", pending: "warning", resolved: "success", closed: "info", withdrawn: "info" } as const;
export const PRIORITY_TAGS = { low: "info", normal: "info", high: "warning", urgent: "danger" } as const;

export function whoseOf(row: TicketRow): string {
  if (row.assignee_name) return row.assignee_name;
  if (row.turn === "anybody" || row.turn === "dispatchers") return label("ticket_turn_", row.turn);
  return row.department_name ?? t("ticket_nobody");
}

// Tickets as the server sends them to the console.
import type { HistoryRead, TicketDetail, TicketField } from "@shared/contract";

export function field(key: string, extra: Partial<TicketField> = {}): TicketField {
  return { key, name: key, kind: "text", required: false, visible: "citizen", asked: true, choices: [], masked: true, help: "", ...extra };
}

export function entry(version: number, extra: Partial<HistoryRead> = {}): HistoryRead {
  return {
    version, at: "2026-01-05T01:00:00Z", actor: "other", actor_name: "赵敏", step: "comment", from_status: "open", to_status: "open",
    reason: "", data: {}, lines: [], files: [], delivery: null, read: null, ...extra,
  };
}

export function ticket(extra: Partial<TicketDetail> = {}): TicketDetail {
  return {
    id: "t1", number: "GD20260105-0001", type: "complaint", type_name: "投诉", title: "单位欠缴", priority: "normal", business: null, region: null,
    status: "open", stage: "handle", stage_name: "承办", turn: "person", version: 3, source: "agent", conversation_id: null, contact_id: null,
    contact_name: null, citizen_name: "李四", citizen_phone: "138****5678", department_id: "d1", department_name: "归集科", assignee_id: "me",
    assignee_name: "王芳", handler_id: null, created_by: "other", due_at: null, urged_at: null, remarked_at: null, score: null,
    created_at: "2026-01-05T00:00:00Z", updated_at: "2026-01-05T01:00:00Z", resolved_at: null, closed_at: null, forgotten: false,
    steps: ["submit", "return", "comment"], description: "三个月没有缴存", resolution: "", draft: "", history: [entry(1), entry(2), entry(3)],
    handler_name: null, turn_name: "王芳", values: [], deadlines: [], files: [], links: [], merged: [], merged_into: null,
    worded: ["submit", "return", "comment"], next_stages: [{ key: "review", name: "审核" }], definition: null, external_id: null, rating: null, ...extra,
  };
}

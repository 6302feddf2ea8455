// What the settings name besides their own documents: inboxes, businesses, statutory days.

import type { BusinessLines, CalendarRead, InboxCreate, InboxRead, InboxUpdate, PreviewRequest, RulesPreview, StatutoryYear } from "@shared/contract";
import { get, patch, post } from "./http";

export const inboxes = {
  list: () => get<InboxRead[]>("/inboxes"),
  create: (body: InboxCreate) => post<InboxRead>("/inboxes", body),
  update: (id: string, body: InboxUpdate) => patch<InboxRead>(`/inboxes/${id}`, body),
};

export const businesses = { list: () => get<BusinessLines>("/businesses") };

/** What edited handoff rules would have done with the conversations of the last days. */
export const rulePreview = (body: PreviewRequest) => post<RulesPreview>("/desk/settings/rules/preview", body);

export const calendar = {
  read: () => get<CalendarRead>("/desk/calendar"),
  readList: (text: string) => post<StatutoryYear>("/desk/calendar/read", { text }),
};

// What an account sends when its replies are used up, while it is edited: a template with a text for each of its fields.

import type { ReminderConfig, SubscribeConfig } from "@shared/contract";

export interface ReminderDraft {
  kind: ReminderConfig["kind"];
  template_id: string;
  rows: { name: string; text: string }[];
  /** A web page (official account) or a page of the mini-program. */
  link: string;
}

export function reminderDraft(saved: ReminderConfig | SubscribeConfig | null): ReminderDraft {
  const rows = Object.entries(saved?.fields ?? {}).map(([name, text]) => ({ name, text }));
  return {
    kind: saved && "kind" in saved ? saved.kind : "template",
    template_id: saved?.template_id ?? "",
    rows: rows.length ? rows : [{ name: "thing1", text: "" }],
    link: saved ? ("url" in saved ? saved.url : saved.page) : "",
  };
}

function common(draft: ReminderDraft) {
  const rows = draft.rows.filter((row) => row.name.trim() && row.text.trim());
  return { template_id: draft.template_id.trim(), fields: Object.fromEntries(rows.map((row) => [row.name.trim(), row.text.trim()])) };
}

export const ofOfficial = (draft: ReminderDraft): ReminderConfig => ({ ...common(draft), kind: draft.kind, url: draft.link.trim() });
export const ofMiniProgram = (draft: ReminderDraft): SubscribeConfig => ({ ...common(draft), page: draft.link.trim() });

export const isComplete = (draft: ReminderDraft): boolean => !!draft.template_id.trim() && Object.keys(common(draft).fields).length > 0;

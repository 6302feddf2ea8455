// What to call somebody on the screen.

import type { ConversationRead, MessageRead } from "@shared/contract";
import { t } from "../i18n";

// Citizens without a name are told apart by the end of their contact's id.
const SHOWN_DIGITS = 4;

export function nameOf(conversation: Pick<ConversationRead, "contact_name" | "contact_id">): string {
  if (conversation.contact_name) return conversation.contact_name;
  return `${t("visitor")} ${(conversation.contact_id ?? "").slice(-SHOWN_DIGITS).toUpperCase()}`.trim();
}

export function authorOf(message: MessageRead): string {
  const { kind, name } = message.author;
  if (kind === "visitor") return name || t("author_visitor");
  if (kind === "bot") return name || t("author_bot");
  return kind === "agent" ? name || t("author_agent") : t("system");
}

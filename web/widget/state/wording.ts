// What is said about a conversation and between its messages: the same on a website and in a mini-program.

import type { ConversationRead, MessageRead, QueueUpdated } from "@shared/contract";
import type { Translate } from "@shared/i18n";
import { shortTime } from "@shared/time";
import type { WidgetKey } from "../i18n/first";

type Text = Translate<WidgetKey>;

// After a pause this long the time is shown again.
const PAUSE_MS = 5 * 60_000;

/** Who is serving. */
export function servingLine(phase: string, conversation: ConversationRead | null, t: Text): string {
  if (phase === "queued") return t("serving_queue");
  if (phase === "closed") return t("serving_closed");
  if (phase === "assigned") return t("serving_agent", { name: conversation?.owner_name ?? "" });
  return t("serving_bot");
}

/** The place in the queue and how long it may take. */
export function placeLine(place: QueueUpdated | null, t: Text): string {
  if (!place) return t("queue_waiting");
  const ahead = place.ahead ? t("queue_position", { position: place.position, ahead: place.ahead }) : t("queue_next");
  // A minute is the smallest promise that makes sense to somebody who waits.
  const minutes = place.eta_seconds == null ? 0 : Math.max(1, Math.round(place.eta_seconds / 60));
  return minutes ? `${ahead}，${t("queue_eta", { minutes })}` : ahead;
}

/** What stands above a message: that another conversation begins, or the time after a pause. */
export function headingOf(before: MessageRead | undefined, message: MessageRead): { visit: string | null; time: string | null } {
  if (before && before.conversation_id !== message.conversation_id)
    return { visit: shortTime(message.created_at), time: null };
  const pause = before ? Date.parse(message.created_at) - Date.parse(before.created_at) : PAUSE_MS;
  return { visit: null, time: pause >= PAUSE_MS ? shortTime(message.created_at) : null };
}

/** The last message for which it is true. */
export function lastWhere(messages: MessageRead[], fits: (message: MessageRead) => boolean): MessageRead | undefined {
  for (let place = messages.length - 1; place >= 0; place--) {
    const message = messages[place];
    if (message && fits(message)) return message;
  }
  return undefined;
}

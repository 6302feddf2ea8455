// The lines above the messages: how the connection is, the place in the queue, what did not work, one's tickets and left messages.

import { placeLine, servingLine } from "@widget/state/wording";
import type { Session } from "../session";

export function noticesOf({ visitor, texts, down, device, left, tickets }: Session) {
  const t = texts.first;
  const { status, refusal, notice, phase, queue, thread } = visitor;
  const waiting = thread.drafts.value.filter((draft) => draft.state !== "failed").length;
  const lost = () => {
    const what = t(!device.hasNetwork.value ? "offline" : status.value === "connecting" ? "connecting" : "unreachable");
    return waiting ? `${what}${t("unsent", { count: waiting })}` : what;
  };
  const refused = status.value === "refused";
  return {
    refused: refused ? t("refused", { reason: refusal.value }) : "",
    line: !refused && down.value ? lost() : "",
    canHurry: device.hasNetwork.value && status.value === "offline",
    queue: phase.value === "queued" ? placeLine(queue.value, t) : "",
    notice: notice.value === "offline" ? t("error") : notice.value,
    left: left.count.value && !left.sheet.value ? (left.fresh.value ? texts.left("bar_fresh") : texts.left("bar_some", { count: left.count.value })) : "",
    leftFresh: left.fresh.value,
    ticket: tickets.page.value ? "" : tickets.asked.value ? texts.tickets("bar_asked", { count: tickets.asked.value }) : tickets.fresh.value ? texts.tickets("bar_fresh") : "",
    words: { retry: t("retry"), cancelWait: t("cancel_wait"), look: texts.left("look"), dismiss: texts.own("notice_dismiss") },
  };
}

export function headOf({ visitor, texts, preferences }: Session) {
  const t = texts.first;
  const { phase, conversation } = visitor;
  const large = preferences.largeText.value;
  return {
    serving: servingLine(phase.value, conversation.value, t), phase: phase.value,
    canEnd: phase.value === "assigned", large,
    words: {
      end: t("close_conversation"), endAsk: t("close_confirm"), yes: t("yes"), no: t("no"),
      size: t(large ? "standard_text" : "large_text"), sizeLabel: t(large ? "large_text_off" : "large_text_on"),
      language: texts.access("other_language"), tickets: t("tickets"),
    },
  };
}

// The log as data: a stretch of what was said, now and in earlier conversations, what is being sent, and what asks.

import { isContent, contentLine, isAttached } from "@shared/content";
import type { MessageRead } from "@shared/contract";
import { sizeOf } from "@shared/sizes";
import type { Draft } from "@shared/thread";
import { ENDED } from "@widget/state/outbox";
import { headingOf, lastWhere } from "@widget/state/wording";
import type { Session } from "../session";
import { bodyOf, type BodyView } from "./body";

export interface MessageView {
  key: string;
  /** For scroll-into-view, which takes no other letters. */
  anchor: string;
  kind: "activity" | "own" | "other";
  recalled: boolean;
  text: string;
  visit: string;
  time: string;
  name: string;
  person: string;
  avatar: string;
  agent: boolean;
  body: BodyView | null;
  /** Its choices may be tapped. */
  active: boolean;
  /** Under one's own newest: whether it arrived. */
  state: string;
  /** An answer that may be judged; `given` as the server has it. */
  judged: boolean;
  given: boolean | null;
}

export interface DraftView {
  key: string;
  text: string;
  file: boolean;
  icon: string;
  thumb: string;
  facts: string;
  state: string;
  /** 0..100 while it is uploaded, else -1. */
  percent: number;
  failed: string;
  canRetry: boolean;
  retryText: string;
  canCancel: boolean;
}

export const anchorOf = (message: MessageRead): string => `m${message.id.replace(/\W/g, "")}`;

type Built = { key: string; view: MessageView };
const built = new WeakMap<MessageRead, Built>();

interface Place {
  before: MessageRead | undefined;
  active: boolean;
  lastOwn: boolean;
}

function messageOf(session: Session, message: MessageRead, { before, active, lastOwn }: Place): MessageView {
  const { visitor, texts, preferences } = session;
  const t = texts.first;
  const current = visitor.conversation.value;
  const read = current?.id === message.conversation_id && current.agent_read_seq >= message.seq;
  const { visit, time } = headingOf(before, message);
  // Made once for each thing that can change: a long log is otherwise made anew with every letter that comes in.
  const key = [preferences.locale.value, visit, time, active, lastOwn, lastOwn && read, message.helpful].join("|");
  const known = built.get(message);
  if (known?.key === key) return known.view;

  const { kind, name: given } = message.author;
  const { content } = message;
  const own = kind === "visitor";
  const activity = content.type === "activity";
  const name = own ? t("you") : kind === "agent" ? (given ?? t("agent_name")) : t("bot_name");
  const view: MessageView = {
    key: message.id, anchor: anchorOf(message), kind: activity ? "activity" : own ? "own" : "other",
    recalled: activity && content.kind === "recalled",
    text: activity ? content.text : "",
    visit: visit === null ? "" : t("another_visit", { time: visit }), time: time ?? "",
    name, person: kind === "agent" && given ? t("agent_name") : "", avatar: kind === "agent" ? ([...name][0] ?? "") : "助", agent: kind === "agent",
    body: activity ? null : bodyOf(content, visitor.origin, texts), active,
    state: lastOwn ? t(read ? "read" : "delivered") : "",
    judged: content.type === "answer" && kind === "bot", given: message.helpful,
  };
  built.set(message, { key, view });
  return view;
}

function draftOf(session: Session, draft: Draft): DraftView {
  const { texts, uploads } = session;
  const [t, f] = [texts.first, texts.files];
  const { content, client_msg_id: key } = draft;
  const attached = isAttached(content);
  const progress = attached ? uploads.progress(content.attachment_id) : null;
  const step = progress?.step ?? "failed";
  const lost = attached && step === "failed";
  const failed = draft.state === "failed" || lost;
  const problem = draft.error || progress?.problem || (attached ? f("upload_gone") : "");
  const waiting = () => {
    if (!attached) return t(draft.state);
    if (step === "uploading") return f("uploading", { percent: Math.floor((progress?.share ?? 0) * 100) });
    if (step === "preparing") return f("preparing");
    if (step === "lined_up") return f("line_up");
    return step === "offline" || draft.state === "waiting" ? f("no_line") : t("sending");
  };
  return {
    key, file: attached, text: attached ? content.name : contentLine(content), icon: attached ? content.type : "", thumb: progress?.thumb?.path ?? "",
    facts: attached ? (content.type === "voice" && content.seconds ? `${content.seconds}″` : sizeOf(content.size)) : "",
    state: failed ? "" : waiting(), percent: !failed && step === "uploading" ? Math.floor((progress?.share ?? 0) * 100) : -1,
    failed: !failed ? "" : draft.error === ENDED ? t("held") : `${t("failed")}：${problem}`,
    canRetry: failed && (!attached || progress !== null), retryText: t(draft.error === ENDED ? "send" : "retry"),
    canCancel: attached && !failed && step !== "stored",
  };
}

/** `most`: so many messages at most, the newest; reading back shows more. */
export function logOf(session: Session, most: number) {
  const { visitor, texts } = session;
  const { thread, history, typing, phase, conversation } = visitor;
  const t = texts.first;
  const all = history.messages.value;
  const first = Math.max(0, all.length - most);
  const drafts = thread.drafts.value;
  const now = thread.messages.value;
  // Only the newest message offers its choices: older ones would answer another question.
  const active = drafts.length ? undefined : lastWhere(now, (each) => each.content.type !== "activity")?.id;
  const own = lastWhere(now, (each) => each.author.kind === "visitor")?.id;
  const sign = typing.value;
  return {
    messages: all.slice(first).map((message, index) =>
      messageOf(session, message, { before: all[first + index - 1], active: message.id === active, lastOwn: message.id === own }),
    ),
    drafts: drafts.map((draft) => draftOf(session, draft)),
    more: first > 0 || history.hasEarlier.value,
    empty: all.length === 0 && conversation.value === null,
    ended: phase.value === "closed" && !drafts.length,
    typing: sign ? (sign.author === "bot" ? t("typing_bot") : t("typing_agent", { name: sign.name ?? "" })) : "",
  };
}

/** What the inbox says before anybody has written. */
export function welcomeOf(session: Session) {
  const { visitor, texts } = session;
  const t = texts.first;
  const given = visitor.welcome.value.filter(isContent);
  const items = given.length ? given : [{ type: "text" as const, text: t("welcome") }];
  return {
    bodies: items.map((content) => bodyOf(content, visitor.origin, texts)),
    entries: visitor.session.value?.widget?.entries ?? [],
    hot: visitor.hot.value,
    name: t("bot_name"), hotTitle: t("hot"), entriesTitle: t("entries"),
  };
}

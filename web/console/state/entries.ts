// What stands in a thread besides the messages: days, the end of the talk with the bot, lines of activity put together.

import type { MessageRead } from "@shared/contract";
import { dayOf } from "@shared/time";

export type Entry =
  | { kind: "day"; key: string; at: string }
  | { kind: "boundary"; key: string }
  | { kind: "activities"; key: string; messages: MessageRead[] }
  | { kind: "message"; key: string; message: MessageRead; follows: boolean; picked: string | null };

// So many lines of activity in a row and more are folded into one.
const MANY = 3;
// What one person writes within this time stands under one name.
const TOGETHER_MS = 120_000;

/** `before`: the message above the first one, which is not shown. */
export function entriesOf(messages: MessageRead[], before: MessageRead | undefined): Entry[] {
  const entries: Entry[] = [];
  let last = before;
  let talked = before?.author.kind === "bot";
  for (let place = 0; place < messages.length; place++) {
    const message = messages[place];
    if (!message) continue;
    if (!last || dayOf(last.created_at) !== dayOf(message.created_at))
      entries.push({ kind: "day", key: `day-${message.seq}`, at: message.created_at });
    if (isActivity(message)) {
      const row = activitiesFrom(messages, place);
      if (talked && row.some(leadsToPeople)) {
        entries.push({ kind: "boundary", key: `boundary-${message.seq}` });
        talked = false;
      }
      if (row.length >= MANY) entries.push({ kind: "activities", key: `activities-${message.seq}`, messages: row });
      else for (const each of row) entries.push(entryOf(each, false, null));
      place += row.length - 1;
      last = row.at(-1);
      continue;
    }
    if (message.author.kind === "bot") talked = true;
    entries.push(entryOf(message, followsOn(last, message), pickedOf(messages, place)));
    last = message;
  }
  return entries;
}

function entryOf(message: MessageRead, follows: boolean, picked: string | null): Entry {
  return { kind: "message", key: message.id, message, follows, picked };
}

export function isActivity(message: MessageRead): boolean {
  return message.content.type === "activity";
}

/** The lines of activity from there on, of one day. */
function activitiesFrom(messages: MessageRead[], start: number): MessageRead[] {
  let end = start;
  const day = dayOf(messages[start]?.created_at ?? "");
  for (;;) {
    const each = messages[end];
    if (!each || !isActivity(each) || dayOf(each.created_at) !== day) return messages.slice(start, end);
    end += 1;
  }
}

function leadsToPeople(message: MessageRead): boolean {
  return message.content.type === "activity" && ["queued", "assigned"].includes(String(message.content.data["to"]));
}

function followsOn(last: MessageRead | undefined, message: MessageRead): boolean {
  return (
    last !== undefined && !isActivity(last) && last.private === message.private &&
    last.author.kind === message.author.kind && last.author.id === message.author.id &&
    Date.parse(message.created_at) - Date.parse(last.created_at) < TOGETHER_MS &&
    dayOf(last.created_at) === dayOf(message.created_at)
  );
}

/** Which of the offered choices the citizen took: what was said next is its label or its value. */
function pickedOf(messages: MessageRead[], place: number): string | null {
  const content = messages[place]?.content;
  if (content?.type !== "choices") return null;
  for (const later of messages.slice(place + 1)) {
    if (later.author.kind === "bot" && later.content.type === "choices") return null;
    if (later.author.kind !== "visitor" || later.content.type !== "text") continue;
    const said = later.content.text.trim();
    return content.choices.find((choice) => choice.label === said || choice.value === said)?.value ?? null;
  }
  return null;
}

// Fills a saved reply with what is known of the conversation; what is not known stays, to be seen and filled by hand.

import type { ConversationRead, ReplyVariable } from "@shared/contract";
import { clock } from "@shared/time";

/** What is known, by what a variable stands for; empty: not known. */
export type ReplyValues = Record<ReplyVariable["means"], string>;

export function valuesOf(
  conversation: Pick<ConversationRead, "contact_name" | "business">,
  agent: string,
  ticket: string,
  business: (name: string) => string = (name) => name,
  now = new Date(),
): ReplyValues {
  return {
    citizen: conversation.contact_name?.trim() ?? "",
    agent,
    business: conversation.business ? business(conversation.business) : "",
    time: clock(now),
    ticket,
  };
}

function place(name: string): string {
  return `{${name}}`;
}

/** In one go: what a citizen is called is put in as it is, whatever it looks like. */
export function fill(text: string, variables: ReplyVariable[], values: ReplyValues): string {
  const known = new Map(variables.map(({ name, means }) => [place(name), values[means]]));
  return text.replace(/\{[^{}]*\}/g, (found) => known.get(found) || found);
}

/** The variables that still stand in the text, each once. */
export function unfilled(text: string, variables: ReplyVariable[]): string[] {
  return variables.map(({ name }) => place(name)).filter((each) => text.includes(each));
}

/** The text in pieces, for showing where something is missing. */
export function pieces(text: string, places: string[]): { text: string; missing: boolean }[] {
  if (!places.length) return [{ text, missing: false }];
  const pattern = new RegExp(`(${places.map((each) => each.replace(/[{}]/g, "\\$&")).join("|")})`);
  return text
    .split(pattern)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, missing: places.includes(part) }));
}

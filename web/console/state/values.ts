// What a model found in a sentence: the sentence cut where values begin and end, and values as people read them.

import type { Value } from "@shared/contract";

export interface Part {
  text: string;
  value: Value | null;
}

/** Places count characters, as the server does, not halves of rare ones. Of values that overlap the first is marked. */
export function partsOf(text: string, values: Value[]): Part[] {
  const letters = [...text];
  const parts: Part[] = [];
  let at = 0;
  for (const value of [...values].sort((one, other) => one.start - other.start || other.end - one.end)) {
    if (value.start < at || value.end > letters.length) continue;
    if (value.start > at) parts.push({ text: letters.slice(at, value.start).join(""), value: null });
    parts.push({ text: letters.slice(value.start, value.end).join(""), value });
    at = value.end;
  }
  if (at < letters.length) parts.push({ text: letters.slice(at).join(""), value: null });
  return parts;
}

/** A normalised value without its unit: an amount in yuan, anything else as it is. */
export function readable({ kind, value }: Value): string {
  if (kind === "amount" && typeof value === "number") return (value / 100).toLocaleString("zh-CN");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .filter(([, each]) => typeof each === "string" || typeof each === "number")
      .map(([, each]) => String(each))
      .join(" ");
  }
  return String(value);
}

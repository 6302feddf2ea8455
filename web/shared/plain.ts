// An answer as plain words, for an agent's message: the marks of Markdown would be read as they are.

import { citationLine } from "./content";
import type { Citation } from "./contract";

export function plainMarkdown(text: string): string {
  return text
    .replace(/^#{1,6}\s+/gm, "")
    // Not the stars of a covered number: 138****5678.
    .replace(/(^|[^*_])(\*\*|__)(?![\s*_])(.+?)\2(?![*_])/g, "$1$3")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/!?\[([^\]]*)\]\((https?:[^)\s]+)\)/g, "$1（$2）")
    .replace(/^(\s*)[-*+]\s+/gm, "$1· ")
    .trim();
}

/** The answer followed by the clauses it rests on. */
export function answerText(answer: string, citations: Citation[], basis: string): string {
  const sources = citations.map(citationLine).join("、");
  return plainMarkdown(answer) + (sources ? `\n${basis}${sources}` : "");
}

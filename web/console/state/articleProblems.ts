// What is wrong with a form, by field: found here before the server is asked, or told by the server.

import { AppError } from "@shared/errors";
import { t, type Key } from "../i18n";
import { tidy, type ArticleForm } from "./articleForm";

// The server's limits (knowledge/articles/schemas.py).
export const LIMITS = {
  question: 200, similar: 200, answer: 20_000, wechat: 1300, citations: 20, document: 200, clause: 200, link: 500, tags: 20,
  next: 10, attachments: 10, file: 64,
} as const;
const LEAST_QUESTION = 2;
const LINK = /^https?:\/\/[^\s/]+\S*$/i;

/** By field as the server names it: `question`, `similar.3`, `citations.0.link`. */
export type Problems = Record<string, string>;

export function problemsOf(raw: ArticleForm): Problems {
  const form = tidy(raw);
  const found: [string, Key][] = [];
  const wrongLength = (text: string) => text.length < LEAST_QUESTION || text.length > LIMITS.question;
  if (wrongLength(form.question)) found.push(["question", "problem_question"]);
  form.similar.forEach((wording, place) => wrongLength(wording) && found.push([`similar.${place}`, "problem_question"]));
  if (!form.answer_md) found.push(["answer_md", "problem_answer"]);
  form.citations.forEach(({ document, link }, place) => {
    if (!document) found.push([`citations.${place}.document`, "problem_document"]);
    if (link && !LINK.test(link)) found.push([`citations.${place}.link`, "problem_link"]);
  });
  if (form.effective_from && form.effective_to && form.effective_to < form.effective_from) {
    found.push(["effective_to", "problem_validity"]);
  }
  return Object.fromEntries(found.map(([field, key]) => [field, t(key)]));
}

const BY_TYPE: Record<string, Key> = {
  missing: "problem_missing",
  string_too_short: "problem_too_short",
  string_too_long: "problem_too_long",
  too_long: "problem_too_many",
};

/** The fields the server names in its refusal; empty when it names none. */
export function refusedFields(failure: unknown): Problems {
  if (!(failure instanceof AppError)) return {};
  const { field, fields } = failure.details;
  if (typeof field === "string") return { [field]: failure.message };
  if (typeof fields !== "object" || fields === null) return {};
  const named = Object.entries(fields as Record<string, string>);
  return Object.fromEntries(
    named.map(([path, type]) => [
      path.replace(/^content\./, "").replace(/^variants\.wechat.*/, "wechat"),
      t(BY_TYPE[type] ?? "problem_form"),
    ]),
  );
}

/** The first problem of `field` or of a part of it. */
export function problemOf(problems: Problems, field: string): string {
  const place = Object.keys(problems).find((name) => name === field || name.startsWith(`${field}.`));
  return place ? (problems[place] ?? "") : "";
}

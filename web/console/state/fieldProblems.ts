// What the server says about single fields of what was sent, in its words.

import { AppError } from "@shared/errors";

/** By field as the server names it: `title`, `replies.0`, `content.nodes.2.text`. */
export type FieldProblems = Record<string, string>;

export function fieldProblems(failure: unknown): FieldProblems {
  if (!(failure instanceof AppError)) return {};
  const { field, reasons } = failure.details;
  if (typeof field === "string") return { [field]: failure.message };
  return typeof reasons === "object" && reasons !== null ? (reasons as FieldProblems) : {};
}

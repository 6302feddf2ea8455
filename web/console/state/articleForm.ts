// What an editor has in the form: from a stored version, to what the server takes, and three of them merged. Pure.

import type { ArticleContent, Source, VersionRead } from "@shared/contract";

export type Audience = NonNullable<ArticleContent["audience"]>;

export interface ArticleForm {
  question: string;
  similar: string[];
  answer_md: string;
  /** Plain text for WeChat in place of the answer; empty: made from the answer. */
  wechat: string;
  citations: Required<Source>[];
  business: string;
  region: string;
  audience: Audience;
  /** As 2026-11-22; empty: no limit. */
  effective_from: string;
  effective_to: string;
  next: string[];
  tags: string[];
  attachments: string[];
}

export type FormField = keyof ArticleForm;

export const EMPTY_CITATION: Required<Source> = { document: "", number: "", clause: "", link: "" };

export function emptyForm(nationwide: string, business: string): ArticleForm {
  return {
    question: "", similar: [], answer_md: "", wechat: "", citations: [], business, region: nationwide, audience: "public",
    effective_from: "", effective_to: "", next: [], tags: [], attachments: [],
  };
}

export function formOf(version: VersionRead): ArticleForm {
  return {
    question: version.question,
    similar: [...version.similar],
    answer_md: version.answer_md,
    wechat: version.variants.wechat ?? "",
    citations: version.citations.map((citation) => ({ ...citation })),
    business: version.business,
    region: version.region,
    audience: version.audience,
    effective_from: version.effective_from ?? "",
    effective_to: version.effective_to ?? "",
    next: [...version.next],
    tags: [...version.tags],
    attachments: [...version.attachments],
  };
}

/** The form without what nobody filled in, so that the server's places (similar.3) are those on the screen. */
export function tidy(form: ArticleForm): ArticleForm {
  const wordings = form.similar.map((wording) => wording.trim()).filter((wording) => wording);
  const trimmed = form.citations.map(({ document, number, clause, link }) => ({
    document: document.trim(), number: number.trim(), clause: clause.trim(), link: link.trim(),
  }));
  return {
    ...form,
    question: form.question.trim(),
    similar: [...new Set(wordings)],
    answer_md: form.answer_md.trim(),
    wechat: form.wechat.trim(),
    citations: trimmed.filter(({ document, number, clause, link }) => document || number || clause || link),
    business: form.business.trim(),
    region: form.region.trim(),
  };
}

export function contentOf(form: ArticleForm): ArticleContent {
  const { wechat, effective_from, effective_to, ...same } = tidy(form);
  return {
    ...same,
    variants: wechat ? { wechat } : {},
    effective_from: effective_from || null,
    effective_to: effective_to || null,
  };
}

export function sameForm(one: ArticleForm, other: ArticleForm): boolean {
  return JSON.stringify(contentOf(one)) === JSON.stringify(contentOf(other));
}

function sameField(one: ArticleForm, other: ArticleForm, field: FormField): boolean {
  return JSON.stringify(tidy(one)[field]) === JSON.stringify(tidy(other)[field]);
}

export type Side = "mine" | "theirs";

/**
 * The fields in which two people's texts differ, with whose to take unless the editor says otherwise: who changed
 * what both began with is right; where both did, it is one's own.
 */
export function differences(base: ArticleForm, mine: ArticleForm, theirs: ArticleForm): Partial<Record<FormField, Side>> {
  const fields = Object.keys(mine) as FormField[];
  return Object.fromEntries(
    fields
      .filter((field) => !sameField(mine, theirs, field))
      .map((field) => [field, sameField(base, mine, field) ? "theirs" : "mine"]),
  );
}

export function merge(mine: ArticleForm, theirs: ArticleForm, sides: Partial<Record<FormField, Side>>): ArticleForm {
  const taken = (Object.keys(sides) as FormField[]).filter((field) => sides[field] === "theirs");
  return { ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) };
}

// The values of a type's own fields while they are filled in: the same checks as the server's, beside each field.
// Shapes and limits are those of handoff/tickets/types/values.py, which has the last word.

import type { TicketField } from "@shared/contract";
import { t } from "../i18n";

export type FieldValue = string | string[] | Record<string, string>;
export type FieldValues = Record<string, FieldValue>;

export const MOST_CHARACTERS = { text: 200, long_text: 4000 } as const;

export function partsOf(value: FieldValue | undefined): Record<string, string> {
  if (typeof value === "string") return value ? { text: value, name: value } : {};
  return value && !Array.isArray(value) ? value : {};
}

/** What goes to the server: without what is empty. */
export function filledIn(fields: readonly TicketField[], values: FieldValues): FieldValues {
  const kept: FieldValues = {};
  for (const { key } of fields) {
    const value = trimmed(values[key]);
    if (value !== null) kept[key] = value;
  }
  return kept;
}

/** By the field's key, what is wrong with it in a sentence. `complete`: what is required must be there. */
export function problemsOf(fields: readonly TicketField[], values: FieldValues, complete = true): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of fields) {
    const value = trimmed(values[field.key]);
    const problem = value === null ? (complete && field.required ? t("ticket_field_needed") : "") : problemOf(field, value);
    if (problem) found[field.key] = problem;
  }
  return found;
}

function trimmed(value: FieldValue | undefined): FieldValue | null {
  if (Array.isArray(value)) return value.length ? value : null;
  if (typeof value === "string") return value.trim() || null;
  const parts = Object.entries(value ?? {}).flatMap(([part, text]) => (text.trim() ? [[part, text.trim()] as const] : []));
  return parts.length ? Object.fromEntries(parts) : null;
}

function problemOf(field: TicketField, value: FieldValue): string {
  if (field.kind === "number") return isNumber(String(value)) ? "" : t("ticket_field_number");
  if (field.kind === "date") return isDate(String(value)) ? "" : t("ticket_field_date");
  if (field.kind === "choice") return field.choices.includes(String(value)) ? "" : t("ticket_field_choice");
  const parts = partsOf(value);
  if (field.kind === "person") {
    if (!parts.name) return t("ticket_person_name_needed");
    return parts.phone && !isPhone(parts.phone) ? t("ticket_phone_wrong") : "";
  }
  return field.kind === "address" && !parts.text ? t("ticket_address_needed") : "";
}

function isNumber(text: string): boolean {
  const plain = half(text).replaceAll(/[,，\s]/g, "");
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) && plain.replace(/\D/g, "").length <= 20;
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** A mobile number, or a telephone with its area code. */
export function isPhone(text: string): boolean {
  const plain = half(text).replaceAll(/[\s()-]/g, "");
  return /^(\+?86)?1[3-9]\d{9}$/.test(plain) || /^\+?\d{5,18}$/.test(plain);
}

/** Full-width digits and signs, as Chinese input methods write them. */
function half(text: string): string {
  return text.replaceAll(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).trim();
}

/** A value as it is sent where an empty one takes the field out. */
export function partOf(value: FieldValue | undefined): FieldValue {
  return trimmed(value) ?? "";
}

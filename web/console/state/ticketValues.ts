// A value of a type's own field, as a line of text.

import type { FieldRead } from "@shared/contract";

export function valueText(value: FieldRead["value"]): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.join("、");
  const { name, phone, id_number: id, region, text } = value;
  return [name, phone, id, region, text].filter(Boolean).join(" ");
}

// The fields of a type of ticket as those of a form, and what was filled in as the server wants it. Pure; for the widget
// and the mini-program.

import type { OwnTicketField, OwnTicketType } from "@shared/contract";
import type { FieldKind, FormField, Values } from "../forms/checks";

const KINDS: Partial<Record<OwnTicketField["kind"], FieldKind>> = {
  text: "text", long_text: "longtext", number: "number", date: "date", choice: "choice", address: "longtext", person: "text",
};
const PHONE = ".phone";

/** Files have a place of their own. `phoneOf`: what the phone of a person's field is called. */
export function fieldsOf(type: OwnTicketType, phoneOf: (name: string) => string): FormField[] {
  return type.fields.flatMap((field): FormField[] => {
    const kind = KINDS[field.kind];
    if (!kind) return [];
    const own: FormField = {
      name: field.key, label: field.name, kind, required: field.required, hint: field.help,
      options: field.choices.map((choice) => ({ label: choice, value: choice })),
    };
    if (field.kind !== "person") return [own];
    return [own, { ...own, name: field.key + PHONE, label: phoneOf(field.name), kind: "phone", required: false, hint: "" }];
  });
}

/** The keys of the fields that take files. */
export function fileFieldsOf(type: OwnTicketType): OwnTicketField[] {
  return type.fields.filter((field) => field.kind === "file");
}

/** `files`: what was uploaded, by the key of its field. */
export function filledIn(type: OwnTicketType, values: Values, files: Record<string, string[]>): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const { key, kind } of type.fields) {
    const value = values[key] ?? "";
    if (kind === "file") {
      if (files[key]?.length) filled[key] = files[key];
    } else if (kind === "person") {
      const phone = values[key + PHONE] ?? "";
      if (value || phone) filled[key] = { name: value, ...(phone ? { phone } : {}) };
    } else if (value) filled[key] = kind === "address" ? { text: value } : value;
  }
  return filled;
}

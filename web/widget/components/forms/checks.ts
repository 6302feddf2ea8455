// The fields of a form and what is wrong with what was filled in: pure, for every form of the widget.

export type FieldKind = "text" | "phone" | "number" | "date" | "choice" | "longtext";

export interface FormOption {
  label: string;
  value: string;
}

export interface FormField {
  name: string;
  label: string;
  kind: FieldKind;
  required: boolean;
  options: FormOption[];
  hint: string;
}

/** What a FormContent holds in `data`. `form` names a form of a part's own (registry.ts). */
export interface Form {
  form: string;
  title: string;
  fields: FormField[];
  submit_label: string;
}

export type FieldFault = "missing" | "phone" | "number" | "date" | "choice" | "too_long";
export type Values = Record<string, string>;

const KINDS = new Set<unknown>(["text", "phone", "number", "date", "choice", "longtext"]);
export const MOST_CHARACTERS: Record<FieldKind, number> = { text: 100, phone: 20, number: 20, date: 10, choice: 200, longtext: 1000 };
// A mobile number of the mainland, or a line with its area code.
const PHONE = /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/;

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");

function readOption(value: unknown): FormOption[] {
  if (typeof value === "string") return [{ label: value, value }];
  const given = record(value);
  const label = words(given?.["label"]);
  return label ? [{ label, value: words(given?.["value"]) || label }] : [];
}

function readField(value: unknown): FormField[] {
  const given = record(value);
  const name = words(given?.["name"]);
  if (!given || !name || !KINDS.has(given["kind"])) return [];
  const options = Array.isArray(given["options"]) ? given["options"].flatMap(readOption) : [];
  return [
    {
      name, options, label: words(given["label"]) || name, kind: given["kind"] as FieldKind,
      required: given["required"] === true, hint: words(given["hint"]),
    },
  ];
}

/** The form in a FormContent's `data`, which the contract leaves open; null when nothing can be filled in. */
export function readForm(data: unknown): Form | null {
  const given = record(data);
  if (!given) return null;
  const fields = Array.isArray(given["fields"]) ? given["fields"].flatMap(readField) : [];
  const form = words(given["form"]);
  if (!form && !fields.length) return null;
  return { form, fields, title: words(given["title"]), submit_label: words(given["submit_label"]) };
}

/** As it is compared and sent: full-width digits and signs as plain ones, numbers without blanks. */
export function tidy(field: FormField, value: string): string {
  if (field.kind === "longtext" || field.kind === "text" || field.kind === "choice") return value.trim();
  const plain = value.normalize("NFKC").replace(/\s/g, "");
  if (field.kind === "phone") return plain.replace(/^(\+86|0086)/, "").replace(/^(1\d{2})-?(\d{4})-?(\d{4})$/, "$1$2$3");
  return field.kind === "number" ? plain.replace(/,/g, "") : plain;
}

function isDate(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** What is wrong with the field, else null. */
export function check(field: FormField, value: string): FieldFault | null {
  const plain = tidy(field, value);
  if (!plain) return field.required ? "missing" : null;
  if ([...plain].length > MOST_CHARACTERS[field.kind]) return "too_long";
  if (field.kind === "phone") return PHONE.test(plain) ? null : "phone";
  if (field.kind === "number") return /^-?\d+(\.\d+)?$/.test(plain) ? null : "number";
  if (field.kind === "date") return isDate(plain) ? null : "date";
  if (field.kind === "choice") return field.options.some((each) => each.value === plain) ? null : "choice";
  return null;
}

/** The wrong fields with what is wrong, in the form's order. */
export function faultsOf(fields: FormField[], values: Values): Map<string, FieldFault> {
  const faults = new Map<string, FieldFault>();
  for (const field of fields) {
    const fault = check(field, values[field.name] ?? "");
    if (fault) faults.set(field.name, fault);
  }
  return faults;
}

/** The form as a message that people and bot can read: the title and a line for each field that was filled in. */
export function asLines(form: Form, values: Values): string {
  const shown = (field: FormField, value: string) =>
    field.options.find((option) => option.value === value)?.label ?? value;
  const lines = form.fields.flatMap((field) => {
    const value = tidy(field, values[field.name] ?? "");
    return value ? [`${field.label}：${shown(field, value)}`] : [];
  });
  return [form.title, ...lines].filter(Boolean).join("\n");
}

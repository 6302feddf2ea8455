// Words for answers, with what is known of the ticket in place of {number}, {name} and {title}.

import { t } from "../i18n";

export function filledTemplate(text: string, known: { number: string; name: string; title: string }): string {
  const values: Record<string, string> = { number: known.number, name: known.name || t("ticket_citizen_polite"), title: known.title };
  return text.replaceAll(/\{(number|name|title)\}/g, (_, name: string) => values[name] ?? "");
}

// Message catalogues: the Chinese one names the keys, every other one must have exactly those.

export type Locale = "zh-CN" | "en";
export type Values = Record<string, string | number>;
export type Translate<Key extends string> = (key: Key, values?: Values) => string;

/** `{name}` in a text is replaced by `values.name`. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function createTranslate<Key extends string>(
  catalogues: Record<Locale, Record<Key, string>>,
  locale: () => Locale,
): Translate<Key> {
  return (key, values) => fill(catalogues[locale()][key], values);
}

/** The visitor's or agent's locale: what they chose, else the document's or the browser's, else Chinese. */
export function pickLocale(...wishes: (string | null | undefined)[]): Locale {
  const wish = wishes.find((value) => value);
  return wish?.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

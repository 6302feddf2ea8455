// The widget's language, and the texts of its parts: `first.ts` for what is there at once, and a file here for each
// part that is loaded later, brought along by that part alone.

import { createTranslate, type Locale, type Translate } from "@shared/i18n";
import { inject, type InjectionKey } from "vue";
import { en, zh, type WidgetKey } from "./first";

export type { WidgetKey };

export const LOCALE: InjectionKey<Locale> = Symbol("locale");

/** The texts of one part. Chinese names the keys. */
export function useCatalogue<Key extends string>(zh: Record<Key, string>, en: Record<Key, string>): Translate<Key> {
  const locale = inject(LOCALE, "zh-CN");
  return createTranslate({ "zh-CN": zh, en }, () => locale);
}

export function useTexts(): Translate<WidgetKey> {
  return useCatalogue(zh, en);
}

// The widget's language, and the texts of its parts: `first.ts` for what is there at once, and a file here for each
// part that is loaded later, brought along by that part alone.

import { createTranslate, type Locale, type Translate } from "@shared/i18n";
import { inject, ref, type InjectionKey, type Ref } from "vue";
import { en, zh, type WidgetKey } from "./first";

export type { WidgetKey };

export const LOCALE: InjectionKey<Ref<Locale>> = Symbol("locale");

/** The language the citizen reads; may be set. */
export function useLocale(): Ref<Locale> {
  return inject(LOCALE, () => ref<Locale>("zh-CN"), true);
}

/** The texts of one part. Chinese names the keys. */
export function useCatalogue<Key extends string>(zh: Record<Key, string>, en: Record<Key, string>): Translate<Key> {
  const locale = useLocale();
  return createTranslate({ "zh-CN": zh, en }, () => locale.value);
}

export function useTexts(): Translate<WidgetKey> {
  return useCatalogue(zh, en);
}

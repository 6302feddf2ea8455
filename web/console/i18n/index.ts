// The console's texts in the agent's language; Chinese unless chosen otherwise.

import { createTranslate, pickLocale, type Locale } from "@shared/i18n";
import { ref, watch } from "vue";
import { en } from "./en";
import { zhCN, type Key } from "./zh-CN";

const STORED = "bangban.console.locale";

export const locale = ref<Locale>(pickLocale(localStorage.getItem(STORED)));
watch(locale, (chosen) => {
  localStorage.setItem(STORED, chosen);
  document.documentElement.lang = chosen;
});

export const t = createTranslate<Key>({ "zh-CN": zhCN, en }, () => locale.value);

/** For values that come from the server: the text of `prefix + value`, else the value itself. */
export function label(prefix: string, value: string): string {
  const key = prefix + value;
  return key in zhCN ? t(key as Key) : value;
}

export type { Key };

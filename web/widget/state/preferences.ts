// What the citizen prefers, kept in the browser: large text and reading aloud for those who need it, no sound for those
// who do not, and the language.

import type { Locale } from "@shared/i18n";
import type { Store } from "@shared/store";
import { inject, ref, watch, type InjectionKey, type Ref } from "vue";
import { chosenLocale, LANGUAGE } from "./language";

export interface Preferences {
  largeText: Ref<boolean>;
  muted: Ref<boolean>;
  /** In large text: messages are read out as they arrive. */
  aloud: Ref<boolean>;
  locale: Ref<Locale>;
}

export const PREFERENCES: InjectionKey<Preferences> = Symbol("preferences");

export function createPreferences(store: Store, wanted: Locale): Preferences {
  const kept = (key: string): Ref<boolean> => {
    const on = ref(store.get(key) === "1");
    watch(on, (now) => store.set(key, now ? "1" : "0"));
    return on;
  };
  const locale = ref(chosenLocale(store, wanted));
  watch(locale, (now) => store.set(LANGUAGE, now));
  return { largeText: kept("large-text"), muted: kept("muted"), aloud: kept("aloud"), locale };
}

export function usePreferences(): Preferences {
  const plain = () => ({ largeText: ref(false), muted: ref(false), aloud: ref(false), locale: ref<Locale>("zh-CN") });
  return inject(PREFERENCES, plain, true);
}

// What the citizen prefers, kept in the browser: large text for those who need it.

import { inject, ref, watch, type InjectionKey, type Ref } from "vue";
import type { Store } from "./storage";

export interface Preferences {
  largeText: Ref<boolean>;
}

export const PREFERENCES: InjectionKey<Preferences> = Symbol("preferences");

export function createPreferences(store: Store): Preferences {
  const largeText = ref(store.get("large-text") === "1");
  watch(largeText, (on) => store.set("large-text", on ? "1" : "0"));
  return { largeText };
}

export function usePreferences(): Preferences {
  return inject(PREFERENCES, () => ({ largeText: ref(false) }), true);
}

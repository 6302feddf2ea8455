// What the citizen prefers, kept in the browser: large text for those who need it, no sound for those who do not.

import { inject, ref, watch, type InjectionKey, type Ref } from "vue";
import type { Store } from "./storage";

export interface Preferences {
  largeText: Ref<boolean>;
  muted: Ref<boolean>;
}

export const PREFERENCES: InjectionKey<Preferences> = Symbol("preferences");

export function createPreferences(store: Store): Preferences {
  const largeText = ref(store.get("large-text") === "1");
  watch(largeText, (on) => store.set("large-text", on ? "1" : "0"));
  const muted = ref(store.get("muted") === "1");
  watch(muted, (on) => store.set("muted", on ? "1" : "0"));
  return { largeText, muted };
}

export function usePreferences(): Preferences {
  return inject(PREFERENCES, () => ({ largeText: ref(false), muted: ref(false) }), true);
}

// Whether the window is open, what stands over it, and how it is closed.

import type { Locale } from "@shared/i18n";
import { inject, type InjectionKey, type Ref } from "vue";

export interface WindowState {
  /** By the citizen's language. */
  titles: Record<Locale, string>;
  /** Address of the picture beside the title; empty: none. */
  logo: string;
  /** Our own page, which is nothing but the window: it stays open. */
  page: boolean;
  opened: Ref<boolean>;
  close(): void;
}

export const WINDOW: InjectionKey<WindowState> = Symbol("window");

export function useWindow(): WindowState {
  const state = inject(WINDOW);
  if (!state) throw new Error("no window provided");
  return state;
}

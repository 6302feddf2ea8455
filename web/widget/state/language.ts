// The language the citizen chose in this browser; asked by the button as well, which is there before the window.

import { pickLocale, type Locale } from "@shared/i18n";
import type { Store } from "@shared/store";

export const LANGUAGE = "language";

/** What was chosen before; else what the page asks for. */
export function chosenLocale(store: Store, wanted: Locale): Locale {
  const chosen = store.get(LANGUAGE);
  return chosen ? pickLocale(chosen) : wanted;
}

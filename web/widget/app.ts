// The widget itself, which widget.js fetches (embed.ts): the panel and all behind it, mounted into the shadow root.

import { FILES } from "@shared/parts";
import { createApp } from "vue";
import Widget from "./components/Widget.vue";
import type { Wishes } from "./embed";
import { LOCALE } from "./i18n";
import type { WidgetOptions } from "./options";
import { createPreferences, PREFERENCES } from "./state/preferences";
import { openStore } from "./state/storage";
import { createStyleAdder, STYLES } from "./state/styles";
import { createRating, RATING } from "./state/rating";
import { createVisitor, VISITOR } from "./state/visitor";
import composer from "./styles/composer.css?inline";
import messages from "./styles/messages.css?inline";
import panel from "./styles/panel.css?inline";

export function start(root: ShadowRoot, options: WidgetOptions, wishes: Wishes): void {
  const addSheet = createStyleAdder(root, options.nonce);
  addSheet(panel + messages + composer);
  const mount = document.createElement("div");
  mount.lang = options.locale;
  root.append(mount);

  const store = openStore("bangban.");
  const visitor = createVisitor({ ...options, store });
  createApp(Widget, { title: options.title, wishes })
    .provide(LOCALE, options.locale)
    .provide(PREFERENCES, createPreferences(store))
    .provide(VISITOR, visitor)
    .provide(RATING, createRating(visitor, store))
    .provide(FILES, options.origin)
    .provide(STYLES, addSheet)
    .mount(mount);
  // Whoever has been here before may have an answer waiting; a stranger costs no connection until they ask.
  if (visitor.hasToken()) visitor.open();
}

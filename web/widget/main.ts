// Entry of widget.js: puts one element into the page, with everything of ours inside its shadow root.

import { FILES } from "@shared/markdown";
import { createApp } from "vue";
import Widget from "./components/Widget.vue";
import { TEXTS, widgetTexts } from "./i18n";
import { readOptions, type WidgetOptions } from "./options";
import { createPreferences, PREFERENCES } from "./state/preferences";
import { openStore } from "./state/storage";
import { createVisitor, VISITOR } from "./state/visitor";
import base from "./styles/base.css?inline";
import composer from "./styles/composer.css?inline";
import messages from "./styles/messages.css?inline";
import panel from "./styles/panel.css?inline";

const HOST_ID = "bangban-widget";

function addStyles(root: ShadowRoot, css: string, nonce: string | null): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers before 2023: a style tag, which a strict policy lets through by the script's nonce.
    const style = document.createElement("style");
    if (nonce) style.nonce = nonce;
    style.textContent = css;
    root.append(style);
  }
}

function start(options: WidgetOptions): void {
  if (document.getElementById(HOST_ID)) return; // embedded twice
  const host = document.createElement("div");
  host.id = HOST_ID;
  const root = host.attachShadow({ mode: "open" });
  addStyles(root, base + panel + messages + composer, options.nonce);
  const mount = document.createElement("div");
  mount.lang = options.locale;
  root.append(mount);
  document.body.append(host);

  const store = openStore("bangban.");
  const visitor = createVisitor({ ...options, store });
  createApp(Widget, { title: options.title, startOpen: options.open })
    .provide(TEXTS, widgetTexts(options.locale))
    .provide(PREFERENCES, createPreferences(store))
    .provide(VISITOR, visitor)
    .provide(FILES, options.origin)
    .mount(mount);
  // Whoever has been here before may have an answer waiting; a stranger costs no connection until they ask.
  if (visitor.hasToken()) visitor.open();
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
const options = readOptions(script);
if (document.body) start(options);
else document.addEventListener("DOMContentLoaded", () => start(options));

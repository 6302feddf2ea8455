// Our own full page, /chat/{inbox}: nothing but the window, for portals and menus. The server writes what it needs
// into the page's one element (app/chat_page.py).

import type { InboxWidget } from "@shared/contract";
import { pickLocale } from "@shared/i18n";
import { fetchWindow } from "./fetching";
import { addHost, type Stage } from "./launch";
import { createHub } from "./hub";
import { resolveLook } from "./look";
import { baseOf, type WidgetOptions } from "./options";
import { chosenLocale } from "./state/language";
import { openStore } from "./state/storage";
import { addStyles } from "./styles/sheets";

const data = document.querySelector<HTMLElement>("[data-inbox]")?.dataset ?? {};
const options: WidgetOptions = {
  origin: baseOf(new URL(/* @vite-ignore */ "../page", import.meta.url).href),
  inbox: data.inbox ?? "web",
  subChannel: data.from ?? "",
  locale: pickLocale(data.lang, navigator.language),
  nonce: null,
  button: false,
  attributes: {},
};
const store = openStore("bangban.");
options.locale = chosenLocale(store, options.locale);
if (data.large !== undefined) store.set("large-text", "1");
if (data.token) {
  // WeChat has told who this is. Whoever was here before has a token of before; a name that is not yet known is "-".
  store.set(`token.${options.inbox}`, JSON.stringify({ token: data.token, contact: "-" }));
}
const look = resolveLook(JSON.parse(data.settings ?? "null") as InboxWidget | null, options, false);
const { root } = addHost("", null);
addStyles(root, look.css, null);
const hub = createHub(() => undefined);
window.Bangban = hub.api;
const stage: Stage = { root, options, look, hub, store, button: null, page: true };
void fetchWindow(`${options.origin}/widget`).then((app) => hub.take(app.start(stage)));

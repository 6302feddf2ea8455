// Puts the widget on a page: its element, the button, what the website may call, and the window when it is wanted.
// For the script a website embeds (embed.ts) and for the console's preview (preview.ts).

import type { InboxWidget } from "@shared/contract";
import type { BangbanActions } from "./bangban";
import { drawButton, type Button } from "./button";
import { createHub, type Hub } from "./hub";
import { pickTexts } from "./i18n/embed";
import { resolveLook, type Look } from "./look";
import type { WidgetOptions } from "./options";
import { chosenLocale } from "./state/language";
import type { Store } from "@shared/store";
import { openStore } from "./state/storage";
import base from "./styles/base.css?inline";
import { addStyles } from "./styles/sheets";

export const HOST_ID = "bangban-widget";
/** Where it is kept that the citizen has sent window or greeting away. */
export const closedKey = (options: WidgetOptions): string => `closed.${options.inbox}`;
const PHONE = "(max-width: 640px)";

/** What the window needs of the page it is on. */
export interface Stage {
  root: ShadowRoot;
  options: WidgetOptions;
  look: Look;
  hub: Hub;
  store: Store;
  /** Null where there is none: on our own full page, or where the website has its own. */
  button: Button | null;
  /** Our own page: the window is all of it. */
  page: boolean;
}

export interface App {
  start(stage: Stage): BangbanActions;
}

export interface Sources {
  /** The inbox's settings; null: they could not be had. "unknown": there is no such inbox. */
  settings(): Promise<InboxWidget | null | "unknown">;
  app(): Promise<App>;
  store?: Store;
}

/** The element everything of ours is in. Beside the body: a page that moves, hides or redraws its body leaves us alone. */
export function addHost(css: string, nonce: string | null): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement("div");
  host.id = HOST_ID;
  const root = host.attachShadow({ mode: "open" });
  addStyles(root, base + css, nonce);
  const place = (): void => document.documentElement.append(host);
  place();
  // The last element is the one on top. Where there is no body yet, it will come behind us.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  return { host, root };
}

export function launch(given: WidgetOptions, sources: Sources): HTMLElement | null {
  if (document.getElementById(HOST_ID)) return null; // embedded twice
  const store = sources.store ?? openStore("bangban.");
  const options = { ...given, locale: chosenLocale(store, given.locale) };
  const { host, root } = addHost("", options.nonce);
  const closed = closedKey(options);
  let stage: Stage | null = null;
  let loading = false;

  // Who wants the window before there is a button does not wait for the button's colour.
  let coming: Promise<App> | null = null;
  const fetchApp = (): Promise<App> => (coming ??= sources.app());

  const hub = createHub(() => {
    fetchApp().catch(() => undefined);
    void load();
  });
  const early = window.Bangban;
  window.Bangban = hub.api;
  if (Array.isArray(early)) hub.api.push(...early);
  document.addEventListener("click", onPageClick);
  void begin();

  async function begin(): Promise<void> {
    const settings = await sources.settings();
    if (settings === "unknown") {
      hub.emit("error", { code: "inbox_not_found", message: `there is no inbox "${options.inbox}"` });
      return;
    }
    const look = resolveLook(settings, options, matchMedia(PHONE).matches);
    addStyles(root, look.css, options.nonce);
    const greets = store.get(closed) === null;
    const button = options.button
      ? drawButton(root, { look, locale: options.locale, greets, onPress: hub.api.open, onGreetingClosed: () => store.set(closed, "1") })
      : null;
    stage = { root, options, look, hub, store, button, page: false };
    performance.mark("bangban-button");
    if (look.openAfter !== null && greets) window.setTimeout(() => openUnasked(), look.openAfter * 1000);
    await load();
  }

  /** Who has closed the window meanwhile, in this tab or another, is left alone. */
  function openUnasked(): void {
    if (store.get(closed) === null) hub.api.open();
  }

  async function load(): Promise<void> {
    if (!stage || loading) return;
    loading = true;
    try {
      const app = await fetchApp();
      stage.button?.trouble("");
      hub.take(app.start(stage));
    } catch (failure) {
      loading = false;
      coming = null;
      stage.button?.trouble(pickTexts(options.locale).load_failed);
      hub.emit("error", { code: "load_failed", message: String(failure) });
    }
  }

  /** Any element of the page may open the window, or ask with it. */
  function onPageClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const trigger = target?.closest<HTMLElement>("[data-bangban-open], [data-bangban-ask]");
    if (!trigger) return;
    event.preventDefault();
    if (trigger.dataset.bangbanAsk) hub.api.ask(trigger.dataset.bangbanAsk);
    else hub.api.open();
  }

  return host;
}

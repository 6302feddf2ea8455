// Entry of widget.js, the script a website embeds: the button in the corner at once, and behind it the widget itself
// (app.ts), which is fetched meanwhile. Everything of ours is inside one element's shadow root.

import { pickTexts } from "./i18n/embed";
import { readOptions, type WidgetOptions } from "./options";
import { addStyles } from "./styles/sheets";
import base from "./styles/base.css?inline";

const HOST_ID = "bangban-widget";
const CHAT = "M4 5h16v11H9.5L5 20v-4H4z M8 9h8 M8 12.5h5";

/** What the citizen wanted before the widget was there. */
export interface Wishes {
  open: boolean;
  ask: string | null;
}

interface App {
  start(root: ShadowRoot, options: WidgetOptions, wishes: Wishes): void;
}

function drawButton(root: ShadowRoot, options: WidgetOptions, open: () => void): HTMLElement {
  const texts = pickTexts(options.locale);
  const box = document.createElement("div");
  box.className = "bb";
  box.lang = options.locale;
  box.innerHTML =
    `<button class="bubble" type="button"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${CHAT}"/></svg>` +
    `<span class="bubble-text"></span></button>`;
  const button = box.querySelector("button");
  button?.setAttribute("aria-label", texts.open);
  button?.lastElementChild?.append(options.title ?? texts.title);
  button?.addEventListener("click", open);
  root.append(box);
  return box;
}

function begin(options: WidgetOptions, address: string): void {
  if (document.getElementById(HOST_ID)) return; // embedded twice
  const host = document.createElement("div");
  host.id = HOST_ID;
  const root = host.attachShadow({ mode: "open" });
  addStyles(root, base, options.nonce);
  document.body.append(host);

  const wishes: Wishes = { open: options.open, ask: null };
  const button = drawButton(root, options, () => (wishes.open = true));
  const onPageClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const trigger = target?.closest<HTMLElement>("[data-bangban-open], [data-bangban-ask]");
    if (!trigger) return;
    event.preventDefault();
    wishes.open = true;
    wishes.ask = trigger.dataset.bangbanAsk ?? null;
  };
  document.addEventListener("click", onPageClick);

  void (import(/* @vite-ignore */ address) as Promise<App>).then((app) => {
    document.removeEventListener("click", onPageClick);
    button.remove();
    app.start(root, options, wishes);
  });
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
const options = readOptions(script);
const address = new URL("widget/app.js", script?.src || document.baseURI).href;
if (document.body) begin(options, address);
else document.addEventListener("DOMContentLoaded", () => begin(options, address));

// What a website may say on the embedding script tag: <script src=".../widget.js" data-inbox="web" data-color="#a00">.
// What is said there goes before the settings in the console.

import { pickLocale, type Locale } from "@shared/i18n";

/** Left out: as in the console's settings. */
export interface Attributes {
  title?: string;
  bubble?: string;
  greeting?: string;
  colour?: string;
  logo?: string;
  side?: "left" | "right";
  sidePx?: number;
  bottomPx?: number;
  /** Seconds after which the window opens by itself; -1: never. */
  openAfter?: number;
}

export interface WidgetOptions {
  /** Where the server is, without a slash at the end: the folder the script came from. Empty: the page's own origin. */
  origin: string;
  inbox: string;
  /** What the website calls the place the window is on; else the page's path tells. */
  subChannel: string;
  locale: Locale;
  /** For the fallback style tag under a Content-Security-Policy with nonces. */
  nonce: string | null;
  /** False: the website has a button of its own, with data-bangban-open or the JavaScript interface. */
  button: boolean;
  attributes: Attributes;
}

const COLOUR = /^#[0-9a-f]{6}$/i;

/** The script's own tag, however it was loaded. */
export function findScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return document.querySelector<HTMLScriptElement>('script[src$="/widget.js"], script[src*="/widget.js?"]');
}

export function readOptions(script: HTMLScriptElement | null): WidgetOptions {
  const data = script?.dataset ?? {};
  return {
    origin: baseOf(script?.src),
    inbox: data.inbox || "web",
    subChannel: data.subChannel ?? "",
    locale: pickLocale(data.lang, document.documentElement.lang, navigator.language),
    nonce: script?.nonce || null,
    button: data.button !== "none",
    attributes: readAttributes(data),
  };
}

/** `https://host/bangban/widget.js` -> `https://host/bangban`. */
export function baseOf(address: string | undefined): string {
  if (!address) return "";
  const base = new URL(".", new URL(address, location.href)).href.replace(/\/$/, "");
  return base === location.origin ? "" : base;
}

function readAttributes(data: DOMStringMap): Attributes {
  const [side, bottom] = (data.distance ?? "").split(/[\s,]+/).map(pixels);
  const attributes: Record<keyof Attributes, string | number | undefined> = {
    title: data.title || undefined,
    bubble: data.bubble || undefined,
    greeting: data.greeting,
    colour: COLOUR.test(data.color ?? "") ? data.color : undefined,
    logo: data.logo,
    side: data.position === "left" || data.position === "right" ? data.position : undefined,
    sidePx: side,
    bottomPx: bottom ?? side,
    openAfter: opening(data.open),
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function pixels(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** data-open: at once; data-open="8": after so many seconds; data-open="never". */
function opening(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "never") return -1;
  return /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

// What a website may say on the embedding script tag: <script src=".../widget.js" data-inbox="web" data-title="...">.

import { pickLocale, type Locale } from "@shared/i18n";

export interface WidgetOptions {
  /** Where the server is: the origin the script came from. */
  origin: string;
  inbox: string;
  /** What the website calls the place the window is on; else the page's path tells. */
  subChannel: string;
  title: string | null;
  locale: Locale;
  /** For the fallback style tag under a Content-Security-Policy with nonces. */
  nonce: string | null;
  open: boolean;
}

export function readOptions(script: HTMLScriptElement | null): WidgetOptions {
  const data = script?.dataset ?? {};
  const source = script?.src ? new URL(script.src, location.href).origin : "";
  return {
    origin: source === location.origin ? "" : source,
    inbox: data.inbox ?? "web",
    subChannel: data.subChannel ?? "",
    title: data.title ?? null,
    locale: pickLocale(data.lang, document.documentElement.lang, navigator.language),
    nonce: script?.nonce || null,
    open: data.open !== undefined,
  };
}

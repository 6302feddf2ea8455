// How the widget looks and opens: the script tag's attributes before the console's settings before what ships.

import { shades } from "@shared/colour";
import type { InboxWidget } from "@shared/contract";
import type { Locale } from "@shared/i18n";
import { pickTexts } from "./i18n/embed";
import type { WidgetOptions } from "./options";

export interface Look {
  /** Over the window, by the citizen's language. */
  titles: Record<Locale, string>;
  bubble: string;
  greeting: string;
  /** Address of the picture in the header; empty: none. */
  logo: string;
  css: string;
  /** Seconds after which the window opens by itself; null: never. */
  openAfter: number | null;
}

/** Used where the settings cannot be had; the server's are core/conversation/widget.py. */
const SHIPPED = { colour: "#14579e", side: "right", px: 24 } as const;
// The height of a phone's header bars; further in, the button would stand in what is read.
const PHONE_SIDE_PX = 16;

/** `settings`: null when they could not be fetched. */
export function resolveLook(settings: InboxWidget | null, options: WidgetOptions, phone: boolean): Look {
  const { attributes, locale, origin } = options;
  const own = settings?.[locale === "en" ? "texts_en" : "texts"];
  const logo = attributes.logo ?? settings?.logo ?? "";
  const titles = { "zh-CN": titleIn("zh-CN", settings, options), en: titleIn("en", settings, options) };
  return {
    titles,
    bubble: attributes.bubble || own?.bubble || titles[locale],
    greeting: attributes.greeting ?? own?.greeting ?? "",
    logo: logo.startsWith("/") ? origin + logo : /^https?:\/\//.test(logo) ? logo : "",
    css: cssOf(settings, options),
    openAfter: opening(settings, options, phone),
  };
}

/** A title that the website wrote in Chinese is for the Chinese window. */
function titleIn(locale: Locale, settings: InboxWidget | null, { attributes }: WidgetOptions): string {
  const given = locale === "en" && /[\u4e00-\u9fff]/.test(attributes.title ?? "") ? "" : attributes.title;
  return given || settings?.[locale === "en" ? "texts_en" : "texts"]?.title || pickTexts(locale).title;
}

function cssOf(settings: InboxWidget | null, { attributes }: WidgetOptions): string {
  const { colour, deep, soft } = shades(attributes.colour ?? settings?.colour ?? SHIPPED.colour);
  const side = attributes.side ?? settings?.side ?? SHIPPED.side;
  const fromSide = attributes.sidePx ?? settings?.side_px ?? SHIPPED.px;
  const fromBottom = attributes.bottomPx ?? settings?.bottom_px ?? SHIPPED.px;
  const other = side === "left" ? "right" : "left";
  return (
    `.bb{--blue:${colour};--blue-deep:${deep};--blue-soft:${soft};--from-bottom:${fromBottom}px;` +
    `${side}:${fromSide}px;${other}:auto;align-items:${side === "left" ? "flex-start" : "flex-end"}}` +
    `@media(max-width:640px){.bb{${side}:${Math.min(fromSide, PHONE_SIDE_PX)}px}}`
  );
}

function opening(settings: InboxWidget | null, { attributes }: WidgetOptions, phone: boolean): number | null {
  const said = attributes.openAfter;
  if (said !== undefined) return said < 0 ? null : said;
  const rule = settings?.opening;
  if (!rule || rule.when === "never" || (phone && !rule.on_phones)) return null;
  if (rule.pages.length && !rule.pages.some((pattern) => matches(pattern, location.pathname))) return null;
  return rule.when === "at_once" ? 0 : rule.seconds;
}

/** `*` stands for anything, also for nothing. */
export function matches(pattern: string, path: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return path === pattern;
  // Part after part, each at its first place: a regular expression of many stars would hold up the page.
  let at = first.length;
  const end = path.length - last.length;
  if (at > end || !path.startsWith(first) || !path.endsWith(last)) return false;
  return parts.every((part) => {
    const found = path.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= end;
  });
}

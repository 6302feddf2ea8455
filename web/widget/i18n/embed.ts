// What the button in the corner says before the widget is there.

import type { Locale } from "@shared/i18n";

const TEXTS = {
  "zh-CN": { title: "在线咨询", open: "打开在线咨询" },
  en: { title: "Ask us", open: "Open the chat" },
};

export function pickTexts(locale: Locale): (typeof TEXTS)["zh-CN"] {
  return TEXTS[locale];
}

// What the button in the corner says before the widget is there.

import type { Locale } from "@shared/i18n";

const TEXTS = {
  "zh-CN": {
    title: "在线咨询",
    open: "打开在线咨询",
    open_unread: "打开在线咨询，{count} 条未读消息",
    dismiss: "不再提示",
    load_failed: "没有加载成功，点此重试",
  },
  en: {
    title: "Ask us",
    open: "Open the chat",
    open_unread: "Open the chat, {count} unread messages",
    dismiss: "Do not show again",
    load_failed: "Could not load, try again",
  },
};

export function pickTexts(locale: Locale): (typeof TEXTS)["zh-CN"] {
  return TEXTS[locale];
}

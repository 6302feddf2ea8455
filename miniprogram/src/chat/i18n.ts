// The mini-program's texts: those of the widget, and the few of its own. Chinese names the keys.

import { createTranslate, type Locale, type Translate } from "@shared/i18n";
import * as access from "@widget/i18n/access";
import * as answers from "@widget/i18n/answers";
import * as files from "@widget/i18n/files";
import * as first from "@widget/i18n/first";
import * as forms from "@widget/i18n/forms";
import * as left from "@widget/i18n/left";
import * as rating from "@widget/i18n/rating";
import * as talk from "@widget/i18n/talk";
import * as tickets from "@widget/i18n/tickets";

const OWN = {
  link_copied: "链接已复制，请在浏览器里打开",
  table_open: "展开表格（{count} 行）",
  table_close: "收起表格",
  privacy_title: "使用前请您同意隐私保护指引",
  privacy_text: "发送图片、语音、文件或位置，需要用到您手机里的内容。我们只把您选中的内容发给为您服务的人员，用途写在《{name}》里。",
  privacy_name: "用户隐私保护指引",
  privacy_read: "查看《{name}》",
  privacy_agree: "同意并继续",
  privacy_refuse: "不同意",
  privacy_refused: "没有同意隐私保护指引，暂时不能发送图片、语音、文件和位置。文字可以照常发送。",
  permission_denied: "手机没有允许。请点右上角“…”，在“设置”里允许后再试。",
  voice_denied: "没有允许使用麦克风。请点右上角“…”，在“设置”里允许麦克风后再试；也可以改用文字。",
  voice_busy: "麦克风现在用不了，可能正在通话或被占用。请稍后再试，或改用文字。",
  voice_broken: "这里放不了这段语音，请向客服要文字说明。",
  place_failed: "没能打开地图。可以直接写出地址发送。",
  picture_failed: "没有取到图片，请重试。",
  file_opening: "正在打开",
  file_failed: "文件没有打开，请检查网络后重试。",
  file_pending: "正在接收文件",
  file_lost: "这个文件没有收到",
  notice_dismiss: "关闭提示",
  remind: "有结果通知我",
  remind_done: "好的，有回复时会发微信消息通知您。",
  remind_refused: "没有开启通知。可以随时回到这里查看回复。",
  listen: "听一听",
};

const OWN_EN: Record<keyof typeof OWN, string> = {
  link_copied: "Link copied; open it in a browser",
  table_open: "Show the table ({count} rows)",
  table_close: "Hide the table",
  privacy_title: "Please agree to the privacy guide first",
  privacy_text: "To send pictures, voice, files or a place we need what you choose on your phone. It goes only to who serves you; see “{name}”.",
  privacy_name: "privacy guide",
  privacy_read: "Read “{name}”",
  privacy_agree: "Agree and go on",
  privacy_refuse: "Refuse",
  privacy_refused: "Without the privacy guide no pictures, voice, files or places can be sent. Text still can.",
  permission_denied: "The phone does not allow it. Press … at the top right, allow it in the settings and try again.",
  voice_denied: "The microphone is not allowed. Press … at the top right, allow it in the settings and try again, or write instead.",
  voice_busy: "The microphone cannot be used now. Try later, or write instead.",
  voice_broken: "This voice message cannot be played here; ask for it in words.",
  place_failed: "The map did not open. You can write the address instead.",
  picture_failed: "The picture was not taken; try again.",
  file_opening: "Opening",
  file_failed: "The file did not open; check the network and try again.",
  file_pending: "Receiving the file",
  file_lost: "This file was not received",
  notice_dismiss: "Dismiss",
  remind: "Tell me when there is an answer",
  remind_done: "You will get a WeChat message when there is an answer.",
  remind_refused: "Notices are off. You can come back here at any time.",
  listen: "Listen",
};

const CATALOGUES = { first, files, answers, rating, left, forms, access, talk, tickets, own: { zh: OWN, en: OWN_EN } };

export type Texts = { [Part in keyof typeof CATALOGUES]: Translate<Extract<keyof (typeof CATALOGUES)[Part]["zh"], string>> };

/** A function for each catalogue, in the language of the moment. */
export function createTexts(locale: () => Locale): Texts {
  const translate = ({ zh, en }: Record<"zh" | "en", Record<string, string>>) => createTranslate({ "zh-CN": zh, en }, locale);
  return Object.fromEntries(Object.entries(CATALOGUES).map(([part, both]) => [part, translate(both)])) as unknown as Texts;
}

/** What the inbox's rating settings say, in the citizen's language where we know it. */
export function saidIn(locale: Locale, text: string): string {
  return locale === "en" ? (rating.SHIPPED_EN[text] ?? text) : text;
}

// The chat as a component: `<bangban-chat server="https://..." inbox="miniprogram" />` in any page of any mini-program.
// It fills the element it is put in. docs/miniprogram.md lists its properties and events.

import { closeSession, connect, copyLink, disconnect, during, hostOf, openSession, sessionOf, shades } from "./core";

const SIZE_PX = 16;
/** 长辈模式: as much larger as the widget's. */
const LARGE = 1.25;
/** The most of WeChat's own sizes. */
const MOST = 2.8;
/** What stands around the messages grows less, so that there is room for them. */
const BAR_PX = 22;

Component({
  properties: {
    server: String,
    inbox: String,
    /** Path of the page it is on, told to who serves. */
    page: String,
    subChannel: String,
    /** "zh-CN" or "en"; empty: WeChat's language, and what the citizen chose before. */
    language: String,
    /** A question that is asked at once. */
    question: String,
    /** "form" or "list" of left messages, or "tickets", opened at once. */
    sheet: String,
    /** The page is in front: what is shown then counts as read. */
    front: { type: Boolean, value: true },
    /** Hosts whose links the mini-program opens itself (event `link`); others are copied. */
    webHosts: Array,
    /** Off where the mini-program has a privacy popup of its own. */
    privacy: { type: Boolean, value: true },
  },

  data: { sid: "", large: false, locale: "zh-CN", style: "", sheetUsed: false, ticketsUsed: false, keyboard: 0, into: 0 },

  observers: {
    front(front: boolean) {
      if (this.data.sid) sessionOf(this.data.sid).inFront.value = front;
    },
  },

  lifetimes: {
    attached() {
      const { server, inbox, page, subChannel, language, question, sheet, front } = this.data;
      const sid = openSession({ server, inbox, subChannel, language, page: () => page });
      const { visitor, preferences, left, tickets, scale, inFront } = sessionOf(sid);
      inFront.value = front;
      connect(this, () => {
        const widget = visitor.session.value?.widget;
        const { colour, deep, soft } = shades(widget?.colour ?? "#14579e");
        const large = preferences.largeText.value;
        const size = SIZE_PX * Math.min(MOST, scale * (large ? LARGE : 1));
        return {
          large: large || scale > 1, locale: preferences.locale.value, sheetUsed: this.data.sheetUsed || left.sheet.value !== "",
          ticketsUsed: this.data.ticketsUsed || tickets.page.value !== "",
          style: `--blue:${colour};--blue-deep:${deep};--blue-soft:${soft};--bar:${Math.min(size, BAR_PX)}px;font-size:${size}px;`,
        };
      });
      connect(this, () => ({ unread: visitor.unread.value }), ({ unread }) => this.triggerEvent("unread", { count: unread }));
      connect(this, () => {
        const widget = visitor.session.value?.widget;
        const texts = preferences.locale.value === "en" ? widget?.texts_en : widget?.texts;
        return { title: texts?.title ?? "", colour: shades(widget?.colour ?? "#14579e").colour };
      }, ({ title, colour }) => this.triggerEvent("look", { title, colour }));
      visitor.link.on("message.created", ({ id, author, content }) => this.triggerEvent("message", { id, author: author.kind, type: content.type }));
      during(this, () => {
        if (sheet === "form" || sheet === "list") left.open(sheet);
        if (sheet === "tickets") tickets.open("list");
      });
      this.setData({ sid });
      visitor.open();
      if (question.trim()) visitor.send(question.trim());
    },
    detached() {
      disconnect(this);
      closeSession(this.data.sid);
    },
  },

  methods: {
    onKeyboard({ detail }: WechatMiniprogram.CustomEvent<{ height: number }>) {
      this.setData({ keyboard: detail.height });
    },
    onSent() {
      this.setData({ into: this.data.into + 1 });
    },
    /** From a message, through all parts: a link was tapped. */
    onLink({ detail }: WechatMiniprogram.CustomEvent<{ href: string }>) {
      if ((this.data.webHosts as string[]).includes(hostOf(detail.href))) this.triggerEvent("link", { href: detail.href });
      else void copyLink(sessionOf(this.data.sid), detail.href);
    },
    /** For the page: ask this now. */
    ask(text: string) {
      if (text.trim()) sessionOf(this.data.sid).visitor.send(text.trim());
    },
  },
});

// Where the citizen writes, one tap away from a person; behind the + what else can be sent.

import { chooseAndSend, connect, disconnect, EMOJI, sessionOf } from "../../core";

// The server's limit for one message (core/conversation/content.py).
const MAX_TEXT = 4000;
const WARN_FROM = MAX_TEXT - 200;
// How often "is typing" is said again while it stays true, and when it ends by itself.
const TYPING_EVERY_MS = 3_000;
const TYPING_STOPS_MS = 5_000;

type Choice = "image" | "camera" | "video" | "file" | "voice" | "location" | "emoji";

const CHOICES: { kind: Choice; needs: "image" | "video" | "file" | "voice" | null; sign: string }[] = [
  { kind: "image", needs: "image", sign: "🖼" },
  { kind: "camera", needs: "image", sign: "📷" },
  { kind: "voice", needs: "voice", sign: "🎤" },
  { kind: "video", needs: "video", sign: "🎬" },
  { kind: "file", needs: "file", sign: "📄" },
  { kind: "location", needs: null, sign: "📍" },
  { kind: "emoji", needs: null, sign: "😊" },
];

interface Typing {
  said: number;
  timer: ReturnType<typeof setTimeout> | 0;
}
const typing = new WeakMap<object, Typing>();

Component({
  properties: { sid: String },
  data: {
    text: "", sendable: false, hint: "", over: false, part: "" as "" | "kinds" | "emoji" | "voice", problems: [] as string[], emoji: EMOJI,
    canAsk: false, canRate: false, canRemind: false, kinds: [] as object[], words: {},
  },

  lifetimes: {
    attached() {
      const { visitor, rating, texts, reminders } = sessionOf(this.data.sid);
      typing.set(this, { said: 0, timer: 0 });
      connect(this, () => {
        const [t, f] = [texts.first, texts.files];
        const phase = visitor.phase.value;
        const allowed: readonly string[] = visitor.session.value?.exchange.kinds ?? ["image", "voice", "video", "file"];
        const changing = rating.open.value.every((service) => service.rating);
        return {
          canAsk: phase === "bot" || phase === "closed",
          canRate: rating.open.value.length > 0 && !rating.asked.value && !(changing && rating.thanked.value),
          // Somebody waits for an answer: a message of WeChat may tell of it.
          canRemind: reminders.templates.value.length > 0 && reminders.said.value === "" && phase === "queued",
          kinds: CHOICES.filter(({ needs }) => needs === null || allowed.includes(needs)).map(({ kind, sign }) => ({ kind, sign, label: f(`kind_${kind}`) })),
          words: {
            handoff: t("handoff"), rate: t(changing ? "rate_change" : "rate_service"), more: t("more"), input: t("input"), send: t("send"),
            kinds: f("kinds"), remind: texts.own("remind"),
          },
        };
      });
    },
    detached() {
      this.stopTyping();
      disconnect(this);
    },
  },

  methods: {
    onInput({ detail }: WechatMiniprogram.TextareaInput) {
      this.write(detail.value, false);
      if (sessionOf(this.data.sid).visitor.phase.value === "assigned") this.sayTyping(); // only a person cares
    },
    /** `put`: into the field as well, which holds what was typed already (model:value tells the data, without a setData). */
    write(text: string, put: boolean) {
      const t = sessionOf(this.data.sid).texts.first;
      const length = [...text].length;
      const over = length > MAX_TEXT;
      const hint = over ? t("too_long_over", { over: length - MAX_TEXT }) : length > WARN_FROM ? t("too_long", { left: MAX_TEXT - length }) : "";
      const sendable = text.trim() !== "" && !over;
      const now = { hint, over, sendable, ...(put ? { text } : {}) };
      this.data.text = text;
      if (put || hint !== this.data.hint || sendable !== this.data.sendable) this.setData(now);
    },
    sayTyping() {
      const state = typing.get(this);
      if (!state) return;
      clearTimeout(state.timer);
      if (Date.now() - state.said > TYPING_EVERY_MS) {
        state.said = Date.now();
        sessionOf(this.data.sid).visitor.setTyping(true, this.data.text);
      }
      state.timer = setTimeout(() => this.stopTyping(), TYPING_STOPS_MS);
    },
    stopTyping() {
      const state = typing.get(this);
      if (!state) return;
      clearTimeout(state.timer);
      if (state.said) sessionOf(this.data.sid).visitor.setTyping(false);
      state.said = 0;
    },
    onBlur() {
      this.stopTyping();
    },
    onFocus() {
      if (this.data.part) this.setData({ part: "" });
    },
    onKeyboard({ detail }: WechatMiniprogram.CustomEvent<{ height: number }>) {
      this.triggerEvent("keyboard", { height: detail.height });
    },
    onSend() {
      if (!this.data.sendable) return;
      const { visitor } = sessionOf(this.data.sid);
      visitor.send(this.data.text.trim());
      this.write("", true);
      this.stopTyping();
      this.setData({ problems: [] });
      this.triggerEvent("sent");
    },
    async onHandoff() {
      await sessionOf(this.data.sid).visitor.requestHandoff();
      this.triggerEvent("sent");
    },
    onRate() {
      sessionOf(this.data.sid).rating.ask();
      this.triggerEvent("sent");
    },
    onRemind() {
      void sessionOf(this.data.sid).reminders.ask();
    },
    onMore() {
      this.setData({ part: this.data.part ? "" : "kinds", problems: [] });
    },
    onEmoji({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.write(this.data.text + String(currentTarget.dataset["sign"]), true);
    },
    async onKind({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const kind = currentTarget.dataset["kind"] as Choice;
      if (kind === "emoji" || kind === "voice") return void this.setData({ part: kind });
      const problems = await chooseAndSend(sessionOf(this.data.sid), kind);
      this.setData({ problems, part: problems.length ? this.data.part : "" });
      this.triggerEvent("sent");
    },
    onDone({ detail }: WechatMiniprogram.CustomEvent<{ problems?: string[] }>) {
      this.setData({ part: "", problems: detail.problems ?? [] });
      this.triggerEvent("sent");
    },
  },
});

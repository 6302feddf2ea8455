// One left message of one's own, with what was said about it, and a word more.

import { AppError, bodyOf, connect, deadlineTime, disconnect, fullTime, sessionOf } from "../../core";

type Item = ReturnType<typeof sessionOf>["left"]["items"]["value"][number];

Component({
  properties: { sid: String, item: Object },
  data: { view: {}, writing: false, text: "", problem: "", busy: false },

  observers: {
    item() {
      if (this.data.sid) this.draw();
    },
  },

  lifetimes: {
    attached() {
      connect(this, () => this.see());
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    see() {
      const session = sessionOf(this.data.sid);
      const t = session.texts.left;
      const item = this.data.item as Item;
      const due = item.due_at ? ` · ${t("due", { due: deadlineTime(item.due_at) })}` : "";
      return {
        view: {
          status: t(`status_${item.status}`), when: t("left_at", { time: fullTime(item.created_at) }) + due,
          files: item.files.map((file) => ({ ...bodyOf(file, session.visitor.origin, session.texts), mid: file.attachment_id })),
          said: item.said.map((line) => ({
            at: line.at, text: line.text, answer: !!line.by, head: `${line.by ? t("answered_by", { name: line.by }) : t("me")} · ${fullTime(line.at)}`,
          })),
          label: t("follow_up_label", { number: item.number }), send: t("send"), cancel: t("cancel"),
          // Before the first answer there is nothing to ask on about.
          more: t(item.said.some((line) => line.by) ? "follow_up" : "add"),
        },
      };
    },
    draw() {
      this.setData(this.see());
    },
    onWrite() {
      this.setData({ writing: !this.data.writing, problem: "" });
    },
    onInput({ detail }: WechatMiniprogram.TextareaInput) {
      this.data.text = detail.value;
    },
    async onSend() {
      const text = this.data.text.trim();
      if (!text || this.data.busy) return;
      const { left, texts } = sessionOf(this.data.sid);
      this.setData({ busy: true, problem: "" });
      try {
        await left.followUp((this.data.item as Item).id, text);
        this.setData({ text: "", writing: false });
      } catch (failure) {
        this.setData({ problem: failure instanceof AppError ? failure.message : texts.left("lost") });
      }
      this.setData({ busy: false });
    },
  },
});

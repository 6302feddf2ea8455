// Leaves a message: who, what about, the phone (proved by a code), pictures; then the number.

import { AppError, connect, deadlineTime, disconnect, during, newClientId, sessionOf, type Proof } from "../../core";

interface Own {
  // Kept until it is stored: sent twice, it is one left message. Changed words are another one.
  clientMsgId: string;
  tried: string;
}
const owned = new WeakMap<object, Own>();

Component({
  properties: { sid: String },
  data: {
    done: null as { title: string; number: string; due: string } | null, busy: false, problem: "", phone: "",
    codes: true, fields: [] as object[], words: {},
  },

  lifetimes: {
    attached() {
      const { left, texts } = sessionOf(this.data.sid);
      during(this, () => owned.set(this, { clientMsgId: newClientId(), tried: "" }));
      const t = texts.left;
      const field = (name: "name" | "business" | "text" | "phone", kind: string, more: object = {}) => ({
        name, kind, label: t(name), required: true, options: [], hint: "", ...more,
      });
      connect(this, () => ({
        codes: left.codes.value,
        fields: [
          field("name", "text"),
          ...(left.businesses.value.length ? [field("business", "choice", { required: false, options: left.businesses.value.map((line) => ({ label: line, value: line })) })] : []),
          field("text", "longtext", { hint: t("text_hint") }),
          field("phone", "phone", { hint: t(left.codes.value ? "phone_hint" : "phone_hint_plain") }),
        ],
        words: { hint: t("form_hint"), submit: t("submit"), submitting: t("submitting"), look: t("done_look"), another: t("another") },
      }));
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    own(): Own {
      const own = owned.get(this);
      if (!own) throw new Error("not attached");
      return own;
    },
    onWritten({ detail }: WechatMiniprogram.CustomEvent<{ name: string; value: string }>) {
      if (detail.name === "phone") this.setData({ phone: detail.value });
    },
    async onFilled({ detail }: WechatMiniprogram.CustomEvent<{ values: Record<string, string> }>) {
      const { left, texts, reminders } = sessionOf(this.data.sid);
      const own = this.own();
      const proof = this.selectComponent(".proof") as unknown as Proof;
      const { name = "", phone = "", text = "", business = "" } = detail.values;
      const { code, ids, problem } = proof.take();
      if (code === null || this.data.busy) return;
      if (problem) return void this.setData({ problem });
      // Nobody serves now: a message of WeChat may tell of the answer. Still inside the tap, as WeChat wants it.
      void reminders.ask();
      this.setData({ busy: true, problem: "" });
      try {
        const filled = JSON.stringify([name, phone, text, business, ids]);
        if (own.tried && own.tried !== filled) own.clientMsgId = newClientId();
        own.tried = filled;
        const stored = await left.leave({
          client_msg_id: own.clientMsgId, name, phone, text, code, business: business || null, attachment_ids: ids,
        });
        const t = texts.left;
        const due = stored.due_at ? t("done_due", { due: deadlineTime(stored.due_at) }) : "";
        this.setData({ done: { title: t("done_title"), number: t("done_number", { number: stored.number }), due } });
      } catch (failure) {
        if (failure instanceof AppError && failure.details["field"] === "code") proof.refuse(failure.message);
        else this.setData({ problem: failure instanceof AppError ? failure.message : texts.left("lost") });
      }
      this.setData({ busy: false });
    },
    onLook() {
      this.onAgain();
      sessionOf(this.data.sid).left.open("list");
    },
    onAgain() {
      this.triggerEvent("again");
    },
  },
});

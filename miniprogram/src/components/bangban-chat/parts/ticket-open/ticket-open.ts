// Looks a ticket up by its number and the phone that was left with it, proved by a code where texts are sent.

import { AppError, connect, disconnect, sessionOf, type Proof } from "../../core";

Component({
  properties: { sid: String },
  data: { phone: "", codes: true, busy: false, problem: "", fields: [] as object[], words: {} },

  lifetimes: {
    attached() {
      const { own, texts } = sessionOf(this.data.sid);
      connect(this, () => {
        const t = texts.tickets;
        return {
          codes: own.forms.value?.codes ?? true, words: { open: t("open"), opening: t("opening") },
          fields: [
            { name: "number", label: t("number"), kind: "text", required: true, options: [], hint: t("number_hint") },
            { name: "phone", label: t("phone"), kind: "phone", required: true, options: [], hint: t("phone_hint") },
          ],
        };
      });
      void own.loadForms().catch(() => undefined);
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onWritten({ detail }: WechatMiniprogram.CustomEvent<{ name: string; value: string }>) {
      if (detail.name === "phone") this.setData({ phone: detail.value });
    },
    async onFilled({ detail }: WechatMiniprogram.CustomEvent<{ values: Record<string, string> }>) {
      const { own, texts } = sessionOf(this.data.sid);
      const proof = this.selectComponent(".proof") as unknown as Proof;
      const { number = "", phone = "" } = detail.values;
      const { code } = proof.take();
      if (code === null || this.data.busy) return;
      this.setData({ busy: true, problem: "" });
      try {
        await own.openByNumber(number, phone, code);
      } catch (failure) {
        if (failure instanceof AppError && failure.details["field"] === "code") proof.refuse(failure.message);
        else this.setData({ problem: failure instanceof AppError ? failure.message : texts.tickets("lost") });
      }
      this.setData({ busy: false });
    },
  },
});

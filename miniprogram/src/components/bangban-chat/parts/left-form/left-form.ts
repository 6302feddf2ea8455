// Leaves a message: who, what about, the phone (proved by a code), pictures; then the number.

import { AppError, connect, createLeftFiles, createPhoneCode, deadlineTime, disconnect, during, newClientId, sessionOf } from "../../core";

interface Own {
  code: ReturnType<typeof createPhoneCode>;
  files: ReturnType<typeof createLeftFiles>;
  phone: string;
  // Kept until it is stored: sent twice, it is one left message. Changed words are another one.
  clientMsgId: string;
  tried: string;
}
const owned = new WeakMap<object, Own>();

Component({
  properties: { sid: String },
  data: {
    done: null as { title: string; number: string; due: string } | null, code: "", busy: false, problem: "",
    codes: true, wait: 0, asking: false, told: "", codeFault: "", files: [] as object[], fields: [] as object[], words: {},
  },

  lifetimes: {
    attached() {
      const session = sessionOf(this.data.sid);
      const { left, texts } = session;
      during(this, () => owned.set(this, { code: createPhoneCode(session), files: createLeftFiles(session), phone: "", clientMsgId: newClientId(), tried: "" }));
      const { code, files } = this.own();
      const t = texts.left;
      const field = (name: "name" | "business" | "text" | "phone", kind: string, more: object = {}) => ({
        name, kind, label: t(name), required: true, options: [], hint: "", ...more,
      });
      connect(this, () => ({
        codes: left.codes.value, wait: code.wait.value, asking: code.asking.value, told: code.told.value, codeFault: code.fault.value,
        files: files.items.value.map(({ key, file, percent, id, problem }) => ({ key, name: file.name, percent, id, problem, removeLabel: t("remove_file", { name: file.name }) })),
        fields: [
          field("name", "text"),
          ...(left.businesses.value.length ? [field("business", "choice", { required: false, options: left.businesses.value.map((line) => ({ label: line, value: line })) })] : []),
          field("text", "longtext", { hint: t("text_hint") }),
          field("phone", "phone", { hint: t(left.codes.value ? "phone_hint" : "phone_hint_plain") }),
        ],
        words: {
          hint: t("form_hint"), code: t("code"), get: t("get_code"), again: t("code_again", { seconds: code.wait.value }), submit: t("submit"),
          submitting: t("submitting"), files: t("files"), filesHint: t("files_hint", { most: 9 }), add: t("add_file"), retry: t("retry"),
          look: t("done_look"), another: t("another"),
        },
      }));
    },
    detached() {
      const { code, files } = this.own();
      code.end();
      files.end();
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
      if (detail.name === "phone") this.own().phone = detail.value;
    },
    onCode({ detail }: WechatMiniprogram.Input) {
      this.data.code = detail.value;
      this.own().code.fault.value = "";
    },
    onAsk() {
      void this.own().code.ask(this.own().phone);
    },
    onAdd() {
      void this.own().files.add();
    },
    onAgainFile({ currentTarget }: WechatMiniprogram.TouchEvent) {
      void this.own().files.send(Number(currentTarget.dataset["key"]));
    },
    onRemove({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.own().files.remove(Number(currentTarget.dataset["key"]));
    },
    async onFilled({ detail }: WechatMiniprogram.CustomEvent<{ values: Record<string, string> }>) {
      const { left, texts, reminders } = sessionOf(this.data.sid);
      const own = this.own();
      const { name = "", phone = "", text = "", business = "" } = detail.values;
      const code = left.codes.value ? own.code.take(this.data.code) : "";
      if (code === null || this.data.busy) return;
      const attached = own.files.take();
      if (attached.problem) return void this.setData({ problem: attached.problem });
      // Nobody serves now: a message of WeChat may tell of the answer. Still inside the tap, as WeChat wants it.
      void reminders.ask();
      this.setData({ busy: true, problem: "" });
      try {
        const filled = JSON.stringify([name, phone, text, business, attached.ids]);
        if (own.tried && own.tried !== filled) own.clientMsgId = newClientId();
        own.tried = filled;
        const stored = await left.leave({
          client_msg_id: own.clientMsgId, name, phone, text, code, business: business || null, attachment_ids: attached.ids,
        });
        const t = texts.left;
        const due = stored.due_at ? t("done_due", { due: deadlineTime(stored.due_at) }) : "";
        this.setData({ done: { title: t("done_title"), number: t("done_number", { number: stored.number }), due } });
      } catch (failure) {
        if (failure instanceof AppError && failure.details["field"] === "code") own.code.fault.value = failure.message;
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

// Files a ticket: first what it is about, then its fields and the phone, proved by a code where texts are sent.

import {
  AppError, connect, deadlineTime, disconnect, during, fieldsOf, fileFieldsOf, filledIn, newClientId, sessionOf, type Proof,
} from "../../core";

interface Own {
  // Kept until it is stored: sent twice, it is one ticket. Changed words are another one.
  clientMsgId: string;
  tried: string;
}
const owned = new WeakMap<object, Own>();
type Done = Awaited<ReturnType<ReturnType<typeof sessionOf>["own"]["file"]>>;
const filed = new WeakMap<object, Done>();

Component({
  properties: { sid: String },
  data: {
    types: [] as object[], type: "", codes: true, phone: "", label: "", busy: false, problem: "", lost: false, loaded: false, fields: [] as object[], words: {},
    done: null as object | null,
  },

  lifetimes: {
    attached() {
      during(this, () => owned.set(this, { clientMsgId: newClientId(), tried: "" }));
      connect(this, () => this.see());
      void this.load();
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    see() {
      const { own, texts } = sessionOf(this.data.sid);
      const t = texts.tickets;
      const forms = own.forms.value;
      const type = forms?.types.find((each) => each.id === this.data.type);
      const field = (name: string, label: string, kind: string, more: object = {}) => ({ name, label, kind, required: true, options: [], hint: "", ...more });
      const [file] = type ? fileFieldsOf(type) : [];
      return {
        loaded: forms !== null, codes: forms?.codes ?? true, label: file ? (file.required ? file.name : file.name + t("optional")) : "",
        types: (forms?.types ?? []).map(({ id, name, help }) => ({ id, name, help })),
        fields: type
          ? [
              field("text", t("text"), "longtext", { hint: t("form_text_hint") }),
              ...fieldsOf(type, (name) => t("person_phone", { name })).map((each) => ({ ...each, name: `f.${each.name}` })),
              ...(forms?.businesses.length ? [field("business", t("business"), "choice", { required: false, options: forms.businesses.map((line) => ({ label: line, value: line })) })] : []),
              field("name", t("name"), "text"),
              field("phone", t("phone"), "phone", { hint: t(forms?.codes ? "phone_hint_file" : "phone_hint_plain") }),
            ]
          : [],
        words: {
          hint: t("form_hint"), which: t("form_type"), none: t("form_none"), lost: t("failed"), retry: t("retry"), loading: t("loading"),
          submit: t("submit"), sending: t("sending"), look: t("done_look"), another: t("another"),
        },
      };
    },
    async load() {
      this.setData({ lost: false });
      const lost = await sessionOf(this.data.sid).own.loadForms().then(() => false, () => true);
      this.setData({ lost });
    },
    onType({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.data.type = String(currentTarget.dataset["id"]);
      this.setData({ type: this.data.type, ...this.see() });
    },
    onWritten({ detail }: WechatMiniprogram.CustomEvent<{ name: string; value: string }>) {
      if (detail.name === "phone") this.setData({ phone: detail.value });
    },
    async onFilled({ detail }: WechatMiniprogram.CustomEvent<{ values: Record<string, string> }>) {
      const { own, texts, reminders } = sessionOf(this.data.sid);
      const type = own.forms.value?.types.find((each) => each.id === this.data.type);
      const kept = owned.get(this);
      const proof = this.selectComponent(".proof") as unknown as Proof;
      const { code, ids, problem } = proof.take();
      if (code === null || !type || !kept || this.data.busy) return;
      if (problem) return void this.setData({ problem });
      // A message of WeChat may tell of the answer. Still inside the tap, as WeChat wants it.
      void reminders.ask();
      this.setData({ busy: true, problem: "" });
      try {
        const { text = "", name = "", phone = "", business = "" } = detail.values;
        const values = Object.fromEntries(Object.entries(detail.values).filter(([key]) => key.startsWith("f.")).map(([key, value]) => [key.slice(2), value]));
        // One place for pictures: those of the first field that takes some.
        const [file] = fileFieldsOf(type);
        const fields = filledIn(type, values, file ? { [file.key]: ids } : {});
        const filing = { type: type.id, text, name, phone, business: business || null, fields, attachment_ids: file ? [] : ids };
        const filled = JSON.stringify(filing);
        if (kept.tried && kept.tried !== filled) kept.clientMsgId = newClientId();
        kept.tried = filled;
        const ticket = await own.file({ ...filing, client_msg_id: kept.clientMsgId, code });
        filed.set(this, ticket);
        const t = texts.tickets;
        this.setData({
          done: {
            title: t("done_title"), number: t("done_number", { number: ticket.number }), keep: t("done_keep"),
            due: ticket.due_at ? t("done_due", { due: deadlineTime(ticket.due_at) }) : "",
          },
        });
      } catch (failure) {
        if (failure instanceof AppError && failure.details["field"] === "code") proof.refuse(failure.message);
        else this.setData({ problem: failure instanceof AppError ? failure.message : texts.tickets("lost") });
      }
      this.setData({ busy: false });
    },
    onLook() {
      const ticket = filed.get(this);
      if (ticket) sessionOf(this.data.sid).own.show(ticket);
      this.onAgain();
    },
    onAgain() {
      this.triggerEvent("again");
    },
  },
});

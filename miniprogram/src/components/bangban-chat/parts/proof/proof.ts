// What stands below the fields of a form: the code that proves the phone, and pictures. Whoever shows it calls `take`.

import { connect, createLeftFiles, createPhoneCode, disconnect, during, sessionOf } from "../../core";

interface Own {
  code: ReturnType<typeof createPhoneCode>;
  files: ReturnType<typeof createLeftFiles>;
}
const owned = new WeakMap<object, Own>();
const MOST = 9; // handoff/left_messages/offering.py

Component({
  properties: { sid: String, phone: String, purpose: String, label: String, codes: Boolean, files: Boolean },
  data: { code: "", wait: 0, asking: false, told: "", codeFault: "", items: [] as object[], words: {} },

  lifetimes: {
    attached() {
      const session = sessionOf(this.data.sid);
      const purpose = this.data.purpose === "ticket" ? "ticket" : "left_message";
      during(this, () => owned.set(this, { code: createPhoneCode(session, purpose), files: createLeftFiles(session) }));
      const { code, files } = this.own();
      const t = session.texts.left;
      connect(this, () => ({
        wait: code.wait.value, asking: code.asking.value, told: code.told.value, codeFault: code.fault.value,
        items: files.items.value.map(({ key, file, percent, id, problem }) => ({ key, name: file.name, percent, id, problem, removeLabel: t("remove_file", { name: file.name }) })),
        words: {
          code: t("code"), get: t("get_code"), again: t("code_again", { seconds: code.wait.value }),
          files: t("files"), filesHint: t("files_hint", { most: MOST }), add: t("add_file"), retry: t("retry"),
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
    onCode({ detail }: WechatMiniprogram.Input) {
      this.data.code = detail.value;
      this.own().code.fault.value = "";
    },
    onAsk() {
      void this.own().code.ask(this.data.phone);
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
    /** The code ("" where none is asked for), null with the reason beside its field; the ids of the files. */
    take(): { code: string | null; ids: string[]; problem: string } {
      return { code: this.data.codes ? this.own().code.take(this.data.code) : "", ...this.own().files.take() };
    },
    refuse(reason: string) {
      this.own().code.fault.value = reason;
    },
  },
});

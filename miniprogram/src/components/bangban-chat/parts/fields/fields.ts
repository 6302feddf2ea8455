// The fields of a form with their checks beside them; event `filled` once nothing is wrong with what was filled in.

import { check, connect, disconnect, faultsOf, MOST_CHARACTERS, sessionOf, tidy } from "../../core";

type Field = Parameters<typeof check>[0];
type Faults = ReturnType<typeof faultsOf>;
const found = new WeakMap<object, Faults>();

Component({
  properties: { sid: String, fields: Array, title: String, submitLabel: String, busy: Boolean, problem: String },
  data: { rows: [] as object[], values: {} as Record<string, string>, words: {} },

  observers: {
    fields() {
      if (found.has(this)) this.draw();
    },
  },

  lifetimes: {
    attached() {
      found.set(this, new Map());
      connect(this, () => {
        const t = sessionOf(this.data.sid).texts.forms;
        return { words: { optional: t("optional"), choose: t("choose"), submit: t("submit") } };
      }, () => this.draw());
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    draw() {
      const t = sessionOf(this.data.sid).texts.forms;
      const { values } = this.data;
      const rows = (this.data.fields as Field[]).map((field) => {
        const fault = found.get(this)?.get(field.name);
        const index = field.options.findIndex((option) => option.value === values[field.name]);
        return {
          ...field, index, shown: field.options[index]?.label ?? "", most: MOST_CHARACTERS[field.kind],
          fault: fault ? t(`fault_${fault}`, { label: field.label, most: MOST_CHARACTERS[field.kind] }) : "",
        };
      });
      if (JSON.stringify(rows) !== JSON.stringify(this.data.rows)) this.setData({ rows });
    },
    /** Judged when one leaves the field, and while what was wrong is mended; never while first writing. */
    judge(name: string, leaving: boolean) {
      const faults = found.get(this);
      const field = (this.data.fields as Field[]).find((each) => each.name === name);
      if (!faults || !field || (!leaving && !faults.has(name)) || (leaving && !this.data.values[name])) return;
      const fault = check(field, this.data.values[name] ?? "");
      if (fault) faults.set(name, fault);
      else faults.delete(name);
      this.draw();
    },
    onInput({ currentTarget, detail }: WechatMiniprogram.Input) {
      const name = String(currentTarget.dataset["name"]);
      this.data.values[name] = detail.value;
      this.judge(name, false);
      this.triggerEvent("written", { name, value: detail.value });
    },
    onLeave({ currentTarget }: WechatMiniprogram.InputBlur) {
      this.judge(String(currentTarget.dataset["name"]), true);
    },
    onPick({ currentTarget, detail }: WechatMiniprogram.PickerChange) {
      const name = String(currentTarget.dataset["name"]);
      const field = (this.data.fields as Field[]).find((each) => each.name === name);
      const value = field?.kind === "choice" ? (field.options[Number(detail.value)]?.value ?? "") : String(detail.value);
      this.setData({ [`values.${name}`]: value });
      this.judge(name, true);
      this.draw();
    },
    onSend() {
      if (this.data.busy) return;
      const fields = this.data.fields as Field[];
      const faults = faultsOf(fields, this.data.values);
      found.set(this, faults);
      this.draw();
      if (faults.size) return;
      const values = Object.fromEntries(fields.map((field) => [field.name, tidy(field, this.data.values[field.name] ?? "")]));
      this.triggerEvent("filled", { values });
    },
  },
});

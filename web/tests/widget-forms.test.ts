import { mount } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { asLines, check, faultsOf, readForm, tidy, type FormField } from "../widget/components/forms/checks";
import FormView from "../widget/components/forms/FormView.vue";
import { VISITOR, type Visitor } from "../widget/state/visitor";

const field = (extra: Partial<FormField>): FormField => ({
  name: "f", label: "项目", kind: "text", required: true, options: [], hint: "", ...extra,
});

const DATA = {
  form: "callback", title: "预约回电", submit_label: "提交预约",
  fields: [
    { name: "name", label: "姓名", kind: "text", required: true },
    { name: "phone", label: "手机号码", kind: "phone", required: true, hint: "用于回电" },
    { name: "time", label: "时段", kind: "choice", required: true, options: ["上午", "下午"] },
    { name: "note", label: "说明", kind: "longtext", required: false },
  ],
};

describe("the checks of a form", () => {
  it("take numbers as people write them", () => {
    const phone = field({ kind: "phone" });
    for (const good of ["13800138000", " 138 0013 8000", "１３８００１３８０００", "+86 138-0013-8000", "0571-12345678"])
      expect(check(phone, good), good).toBeNull();
    for (const bad of ["1380013800", "23800138000", "0571", "手机"]) expect(check(phone, bad), bad).toBe("phone");
    expect(tidy(phone, "+86 138-0013-8000")).toBe("13800138000");
    expect(check(field({ kind: "number" }), "12,000.5")).toBeNull();
    expect(check(field({ kind: "number" }), "十二")).toBe("number");
  });

  it("know the days that do not exist", () => {
    const date = field({ kind: "date" });
    expect(check(date, "2026-02-28")).toBeNull();
    for (const bad of ["2026-02-30", "2026-13-01", "明天", "2026-2-3"]) expect(check(date, bad), bad).toBe("date");
  });

  it("want what is required, allow what is not, and take only options that are offered", () => {
    expect(check(field({}), "  ")).toBe("missing");
    expect(check(field({ required: false }), "")).toBeNull();
    expect(check(field({ kind: "choice", options: [{ label: "上午", value: "am" }] }), "pm")).toBe("choice");
    expect(check(field({}), "字".repeat(101))).toBe("too_long");
    const form = readForm(DATA);
    expect([...faultsOf(form?.fields ?? [], { time: "上午" }).keys()]).toEqual(["name", "phone"]);
  });

  it("read only what can be filled in from data that anybody may have written", () => {
    for (const broken of [null, 5, "x", [], {}, { fields: "no" }, { fields: [{ name: "a", kind: "script" }, null, 7] }])
      expect(readForm(broken)).toBeNull();
    expect(readForm({ fields: [{ name: "a", kind: "text", options: [null, { label: 3 }] }] })?.fields).toEqual([
      field({ name: "a", label: "a", required: false }),
    ]);
  });

  it("send lines that people can read, without what was left empty", () => {
    const form = readForm(DATA);
    const lines = form && asLines(form, { name: " 张三 ", phone: "138 0013 8000", time: "上午", note: "" });
    expect(lines).toBe("预约回电\n姓名：张三\n手机号码：13800138000\n时段：上午");
  });
});

describe("a form in the log", () => {
  const shown = (active = true) => {
    const send = vi.fn();
    const view = mount(FormView, {
      props: { content: { type: "form", data: DATA }, active },
      global: { provide: { [VISITOR as symbol]: { send } as unknown as Visitor } },
      attachTo: document.body,
    });
    return { view, send };
  };

  it("says beside the fields what is wrong, goes to the first one, and sends nothing", async () => {
    const { view, send } = shown();
    await view.find("form").trigger("submit");
    expect(send).not.toHaveBeenCalled();
    expect(view.findAll('[role="alert"]').map((each) => each.text())).toEqual(["请填写姓名", "请填写手机号码", "请填写时段"]);
    const first = view.find('[data-field="name"]');
    expect(document.activeElement).toBe(first.element);
    expect(first.attributes("aria-invalid")).toBe("true");
    expect(view.find(`[id="${first.attributes("aria-describedby") ?? ""}"]`).text()).toBe("请填写姓名");
    await first.setValue("张三");
    expect(view.findAll('[role="alert"]')).toHaveLength(2);
    view.unmount();
  });

  it("is sent as one message when all is well", async () => {
    const { view, send } = shown();
    await view.find('[data-field="name"]').setValue("张三");
    await view.find('[data-field="phone"]').setValue("13800138000");
    await view.find('input[value="下午"]').setValue();
    await view.find("form").trigger("submit");
    expect(send).toHaveBeenCalledExactlyOnceWith("预约回电\n姓名：张三\n手机号码：13800138000\n时段：下午");
    view.unmount();
  });

  it("cannot be filled in any more once something was said after it", () => {
    const { view } = shown(false);
    expect(view.find("form").exists()).toBe(false);
    expect(view.text()).toContain("预约回电");
    view.unmount();
  });
});

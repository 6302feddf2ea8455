import type { OwnLeftMessage } from "@shared/contract";
import { AppError, ConnectionLost } from "@shared/errors";
import type { VisitorCommands } from "@shared/visitor";
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import LeftForm from "../widget/components/left/LeftForm.vue";
import LeftItem from "../widget/components/left/LeftItem.vue";
import { createLeftMessages, LEFT, type Leaving } from "../widget/state/leftMessages";
import { openStore } from "../widget/state/storage";
import { createVisitor, VISITOR } from "../widget/state/visitor";
import { fakeLink, type Sent } from "./fake-link";
import { sessionReady, settle } from "./samples";

const own = (extra: Partial<OwnLeftMessage> = {}): OwnLeftMessage => ({
  id: "l1", number: "LY20261123-0001", status: "new", business: "提取", text: "怎么提取", files: [], due_at: "2026-11-24T16:00:00Z",
  created_at: "2026-11-23T02:00:00Z", said: [], ...extra,
});

function citizen(answer: (sent: Sent) => unknown = () => null) {
  const fake = fakeLink<VisitorCommands>(answer);
  const store = openStore("test.");
  const visitor = createVisitor({ origin: "", inbox: "web", store, link: fake.link });
  const left = createLeftMessages(visitor, store);
  const ready = (count = 0, answered_at: string | null = null) =>
    fake.push("session.ready", sessionReady({ left_messages: { count, answered_at, businesses: ["提取", "医疗"], codes: true } }));
  const provide = { [LEFT as symbol]: left, [VISITOR as symbol]: visitor };
  return { ...fake, store, left, ready, provide };
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.useRealTimers());

describe("the state of left messages", () => {
  it("points out an answer until it was looked at, and a later one again", async () => {
    const items = [own({ status: "answered", said: [{ at: "2026-11-24T01:00:00Z", by: "王芳", text: "请到窗口" }] })];
    const { left, ready } = citizen(({ name }) => (name === "list_left_messages" ? { items } : null));
    ready(1, "2026-11-24T01:00:00Z");
    await settle();
    expect([left.count.value, left.fresh.value]).toEqual([1, true]);
    left.open("list");
    await left.refresh();
    expect(left.fresh.value).toBe(false);
    left.open("");
    ready(1, "2026-11-25T01:00:00Z");
    await settle();
    expect(left.fresh.value).toBe(true);
  });

  it("asks anew when the server says that something moved", async () => {
    const { left, push, sent } = citizen(({ name }) => (name === "list_left_messages" ? { items: [own()] } : null));
    push("left_message.updated", { id: "l1", number: "LY20261123-0001", status: "new", version: 1 });
    await settle();
    expect(sent.map((each) => each.name)).toEqual(["list_left_messages"]);
    expect([left.items.value.length, left.count.value]).toEqual([1, 1]);
  });
});

async function filledIn(answer: (sent: Sent) => unknown) {
  const world = citizen(answer);
  world.ready();
  await settle();
  const view = mount(LeftForm, { global: { provide: world.provide }, attachTo: document.body });
  await view.find("[data-field=name]").setValue("王芳");
  await view.find("[data-field=text]").setValue("怎么提取");
  await view.find("[data-field=phone]").setValue("138 0000 1234");
  return { ...world, view };
}

describe("the form of a left message", () => {
  it("wants a code before it sends anything, and counts down after one was sent", async () => {
    const { view, sent } = await filledIn(({ name }) => (name === "send_phone_code" ? { wait_seconds: 60, valid_seconds: 300 } : null));
    await view.find("form").trigger("submit");
    expect(view.text()).toContain("请填写短信里的 6 位数字验证码");
    await view.find("[data-test=left-get-code]").trigger("click");
    await settle();
    expect(sent.at(-1)).toEqual({ name: "send_phone_code", payload: { phone: "13800001234", purpose: "left_message" } });
    expect(view.find("[data-test=left-get-code]").attributes("disabled")).toBeDefined();
    expect(view.text()).toContain("60 秒后可重新获取");
    expect(view.text()).toContain("5 分钟内有效");
    view.unmount();
  });

  it("says a wrong code beside its field, and is stored once although the answer was lost", async () => {
    const answers: unknown[] = [
      new AppError({ code: "code_wrong", message: "验证码不对", details: { field: "code" } }), new ConnectionLost(), own(),
    ];
    const { view, sent } = await filledIn(({ name }) => {
      const next = name === "leave_message" ? answers.shift() : null;
      if (next instanceof Error) throw next;
      return next;
    });
    const code = view.find("[data-test=left-code]");
    await code.setValue("123456");
    await view.find("form").trigger("submit");
    await settle();
    expect(code.attributes("aria-invalid")).toBe("true");
    expect(view.text()).toContain("验证码不对");
    await view.find("form").trigger("submit");
    await settle();
    expect(view.text()).toContain("不会重复");
    await view.find("form").trigger("submit");
    await settle();
    expect(view.text()).toContain("LY20261123-0001");
    expect(view.text()).toContain("2026-11-24 24:00");
    const tries = sent.filter((each) => each.name === "leave_message").map((each) => each.payload as Leaving);
    expect(new Set(tries.map((each) => each.client_msg_id)).size).toBe(1);
    expect(tries[0]).toMatchObject({ name: "王芳", phone: "13800001234", code: "123456", business: null, attachment_ids: [] });
    view.unmount();
  });
});

describe("a left message in the list", () => {
  it("shows what was said to and fro as text, and sends a word more", async () => {
    const item = own({ status: "answered", text: "<img src=x>", said: [{ at: "2026-11-24T01:00:00Z", by: "王芳", text: "请到窗口" }] });
    const { left, provide, sent } = citizen(() => own({ status: "claimed" }));
    const view = mount(LeftItem, { props: { item }, global: { provide } });
    expect(view.find("img").exists()).toBe(false);
    expect(view.text()).toContain("王芳 答复");
    await view.find("[data-test=left-follow-up]").trigger("click");
    await view.find("[data-test=left-words]").setValue("周六可以吗");
    await view.find("form").trigger("submit");
    await settle();
    expect(sent.at(-1)).toEqual({ name: "follow_up_left_message", payload: { id: "l1", text: "周六可以吗" } });
    expect(left.items.value[0]?.status).toBe("claimed");
  });
});

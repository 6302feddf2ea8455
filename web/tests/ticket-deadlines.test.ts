import type { DeadlinePolicy, NoticeRead, TicketTypeRead } from "@shared/contract";
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { notices as api } from "../console/api/deadlines";
import SpanInput from "../console/components/settings/deadlines/SpanInput.vue";
import { createAlerts } from "../console/state/alerts";
import { dateFields, fromShanghai, newPolicy, nowInShanghai, summary, type DeadlineChoices } from "../console/state/deadlines";
import { LINE } from "../console/state/line";
import { useTicketNotices } from "../console/state/ticketNotices";
import { fakeLink } from "./fake-link";

type Fake = ReturnType<typeof fakeLink>;

function type(id: string, name: string, date?: string): TicketTypeRead {
  const fields = date ? [{ key: "reply_by", name: date, kind: "date" }] : [{ key: "note", name: "备注", kind: "text" }];
  return { id, definition: { name, fields } } as unknown as TicketTypeRead;
}
const choices: DeadlineChoices = {
  types: [type("complaint", "投诉"), type("hotline_12345", "12345转办", "热线要求答复日期"), type("petition", "信访转办", "要求答复日期")],
  priorities: [],
  schedules: [{ value: "always", label: "全天" }, { value: "office", label: "工作日" }],
};

describe("policies", () => {
  it("offers the date fields of the chosen types, each once", () => {
    expect(dateFields(choices, ["complaint"])).toEqual([]);
    expect(dateFields(choices, ["hotline_12345", "petition"])).toEqual([{ value: "reply_by", label: "要求答复日期" }]);
  });

  it("begins with an id nobody has, in office hours", () => {
    const first = newPolicy([], choices.schedules);
    const second = newPolicy([{ ...first, id: "policy-2" }], choices.schedules);
    expect([first.id, second.id, first.schedule]).toEqual(["policy-1", "policy-3", "office"]);
  });

  it("says in a line what it promises to whom", () => {
    const policy: DeadlinePolicy = { ...newPolicy([], choices.schedules), types: ["complaint"], priorities: ["urgent"], accept: { amount: 30, unit: "minutes" } };
    expect(summary(policy, choices)).toBe("投诉 · 特急 · 受理 30 分钟服务时间，办结 5 个工作日");
    expect(summary({ ...policy, types: [], priorities: [], accept: null, resolve: null }, choices)).toBe("所有类型 · 所有紧急程度 · 不设时限");
  });

  it("takes the picker's time as Shanghai's, wherever the reader sits", () => {
    expect(nowInShanghai(new Date("2026-09-30T07:20:00Z"))).toBe("2026-09-30 15:20");
    expect(new Date(fromShanghai("2026-09-30 15:20")).toISOString()).toBe("2026-09-30T07:20:00.000Z");
  });

  it("keeps what may be promised when the unit becomes a larger one, and nothing for none", async () => {
    const input = mount(SpanInput, { props: { modelValue: { amount: 9000, unit: "minutes" }, name: "办结", none: "不设时限" } });
    const select = input.findComponent({ name: "ElSelect" });
    select.vm.$emit("update:modelValue", "workdays");
    select.vm.$emit("update:modelValue", "");
    await flushPromises();
    expect(input.emitted("update:modelValue")).toEqual([[{ amount: 365, unit: "workdays" }], [null]]);
  });
});

const notice = (id: string): NoticeRead => ({
  id, kind: "overdue", ticket_id: `t${id}`, number: `GD20261123-000${id}`, title: "提取", target: "resolve", due_at: "2026-11-30T09:00:00Z",
  year: null, by: "", at: "2026-11-30T09:00:00Z", read_at: null,
});

describe("the bell", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function open({ link }: Fake) {
    let state!: ReturnType<typeof useTicketNotices>;
    const shown = mount(defineComponent({ setup: () => ((state = useTicketNotices()), () => h("i")) }), { global: { provide: { [LINE as symbol]: { link } } } });
    return { state, shown };
  }

  it("asks anew when it is hinted at notices, and not at other alerts", async () => {
    vi.useFakeTimers();
    const list = vi.spyOn(api, "list").mockResolvedValue({ items: [notice("1")], next: null, unread: 1 });
    const link = fakeLink(() => null);
    const { state, shown } = open(link);
    await flushPromises();
    expect([list.mock.calls.length, state.unread.value]).toEqual([1, 1]);
    link.push("alert.raised", { code: "answer_overdue", message: "", details: {} });
    await vi.advanceTimersByTimeAsync(1000);
    expect(list).toHaveBeenCalledTimes(1);
    for (let times = 0; times < 3; times += 1) link.push("alert.raised", { code: "ticket_notice", message: "", details: {} });
    await vi.advanceTimersByTimeAsync(1000);
    expect(list).toHaveBeenCalledTimes(2);
    shown.unmount();
  });

  it("marks what was read, and keeps what was loaded", async () => {
    vi.spyOn(api, "list").mockResolvedValueOnce({ items: [notice("3"), notice("2")], next: "2", unread: 3 }).mockResolvedValueOnce({ items: [notice("1")], next: null, unread: 3 });
    vi.spyOn(api, "read").mockResolvedValue({ items: [], next: null, unread: 2 });
    const { state, shown } = open(fakeLink(() => null));
    await flushPromises();
    await state.more();
    await state.read(["2"]);
    expect(state.items.value.map(({ id, read_at }) => [id, read_at !== null])).toEqual([["3", false], ["2", true], ["1", false]]);
    expect(state.unread.value).toBe(2);
    shown.unmount();
  });

  it("is told nothing twice: the desk's alerts leave these out", () => {
    const link = fakeLink(() => null);
    const alerts = createAlerts(link.link as never);
    link.push("alert.raised", { code: "ticket_notice", message: "您有 1 条新的工单提醒。", details: {} });
    expect(alerts.unseen.value).toBe(0);
  });
});

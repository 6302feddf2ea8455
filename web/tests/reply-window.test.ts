// What WeChat still allows: counted down without an event, said in words when it ends, and what became of a message.
import type { AgentCommands } from "@shared/agent";
import type { ReplyWindowUpdated } from "@shared/contract";
import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import ReplyAllowance from "../console/components/desk/composer/ReplyAllowance.vue";
import DeliveryState from "../console/components/desk/message/DeliveryState.vue";
import { DESK, type Desk } from "../console/state/desk";
import { useNow } from "../console/state/now";
import { createOpened } from "../console/state/opened";
import { allowed, span } from "../console/state/replyWindow";
import { message } from "./samples";
import { fakeLink } from "./fake-link";

const NOW = Date.parse("2026-11-23T02:00:00Z");
const at = (hours: number, minutes = 0) => new Date(NOW + (hours * 60 + minutes) * 60_000).toISOString();

function told(change: Partial<ReplyWindowUpdated> = {}): ReplyWindowUpdated {
  const windows = [{ replies: 3, ends_at: at(47, 12) }];
  return { conversation_id: "c", channel: "wechat", left: 3, limit: 5, ends_at: at(47, 12), open: true, windows, held: 0, reminded: "", ...change };
}

function show(update: ReplyWindowUpdated) {
  vi.setSystemTime(NOW);
  useNow().value = NOW; // the page's clock ticks by itself only after a second
  return mount(ReplyAllowance, { props: { told: update } });
}

afterEach(() => vi.useRealTimers());

describe("what is left", () => {
  it("ends by itself, window by window", () => {
    const both = told({ left: 5, windows: [{ replies: 2, ends_at: at(0, 1) }, { replies: 3, ends_at: at(47) }] });
    expect(allowed(both, NOW)).toEqual({ left: 5, endsAt: Date.parse(at(47)), state: "plenty" });
    expect(allowed(both, NOW + 61_000).left).toBe(3);
    expect(allowed(both, NOW + 48 * 3_600_000)).toEqual({ left: 0, endsAt: null, state: "closed" });
  });

  it("is never more than the server counts", () => {
    const pooled = told({ left: 2, windows: [{ replies: 2, ends_at: at(0, 1) }, { replies: 2, ends_at: at(47) }] });
    expect(allowed(pooled, NOW).left).toBe(2);
  });

  it("tells used up from over", () => {
    expect(allowed(told({ left: 0, windows: [], open: true }), NOW).state).toBe("spent");
    expect(allowed(told({ left: 0, windows: [], open: false }), NOW).state).toBe("closed");
  });

  it("is told in hours, minutes and at last in seconds", () => {
    expect(span(47 * 3_600_000 + 12 * 60_000 + 5_000)).toEqual({ hours: 47, minutes: 12, seconds: 5 });
    expect(span(-1)).toEqual({ hours: 0, minutes: 0, seconds: 0 });
  });
});

describe("above the composer", () => {
  it("stands how many are left and for how long; only the number is read aloud", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const view = show(told());
    expect(view.get("[role=status]").text()).toBe("还可回复 3 条");
    expect(view.get("time").attributes("aria-hidden")).toBe("true");
    expect(view.classes()).not.toContain("warn");
  });

  it("the last one is a warning", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const view = show(told({ left: 1, windows: [{ replies: 1, ends_at: at(1) }] }));
    expect(view.classes()).toContain("warn");
    expect(view.text()).toContain("这条以后再写的，等市民来信才能送出");
  });

  it("when none is left it says what becomes of what is written, and how the citizen was told", () => {
    const view = show(told({ left: 0, windows: [], held: 2, reminded: "sms" }));
    expect(view.classes()).toContain("bad");
    for (const part of ["条数已用完", "再次来信时自动送出", "2 条等待送出", "已发短信提醒市民"]) expect(view.text()).toContain(part);
  });
});

describe("a message", () => {
  function state(delivery: NonNullable<ReturnType<typeof message>["delivery"]>, retryDelivery = vi.fn()) {
    const desk = { retryDelivery } as unknown as Desk;
    return mount(DeliveryState, {
      props: { message: message(1, { delivery }), read: false, retriable: true },
      global: { provide: { [DESK as symbol]: desk } },
    });
  }

  it("that waits says so, and that the citizen knows", () => {
    const view = state({ state: "held", reason: "条数已用完", reminded: "notice" });
    expect(view.text()).toContain("等待市民来信：条数已用完");
    expect(view.text()).toContain("已用微信通知提醒市民");
    expect(view.find("[data-test=retry-delivery]").exists()).toBe(false);
  });

  it("that may not be there can be sent again", async () => {
    const retry = vi.fn(async () => undefined);
    const view = state({ state: "unsure", reason: "" }, retry);
    expect(view.text()).toContain("不确定是否送达");
    await view.get("[data-test=retry-delivery]").trigger("click");
    expect(retry).toHaveBeenCalledOnce();
  });
});

describe("the desk", () => {
  it("hears of every change, and keeps it by conversation", () => {
    const { link, push } = fakeLink<AgentCommands>(() => undefined);
    const opened = createOpened(link, { get: () => undefined, put: () => undefined, patch: () => undefined }, () => undefined);
    push("reply_window.updated", told({ left: 2 }));
    expect(opened.replies.value).toBeNull();
    opened.id.value = "c";
    expect(opened.replies.value?.left).toBe(2);
  });
});

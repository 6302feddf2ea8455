import type { ApiKeyRead, TicketEndpointRead } from "@shared/contract";
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import EndpointCard from "../console/components/settings/office/EndpointCard.vue";
import KeyTable from "../console/components/settings/office/KeyTable.vue";
import { useNow } from "../console/state/now";
import { namesOf, stepNames, useTicketDeliveries } from "../console/state/office";

const ENDPOINT: TicketEndpointRead = {
  id: "e1", name: "综合办公系统", url: "https://oa.example.gov.cn/events", active: true, steps: [], types: ["complaint"], department_ids: ["d1"],
  personal: "masked", secrets: [{ since: "2026-11-23T02:00:00Z", until: null }], waiting: 0, failed: 0, failing_since: null, next_try_at: null,
  last_error: "", created_at: "2026-11-23T02:00:00Z",
};
const KEY: ApiKeyRead = {
  id: "k1", account_id: "a1", name: "12345平台", hint: "x7Qa", former_until: null, sees: "own", may_handle: true, department_ids: [], types: [],
  per_minute: 300, created_at: "2026-11-23T02:00:00Z", expires_at: null, revoked_at: null, last_used_at: null,
};
const choices = {
  tree: [{ id: "d1", name: "信贷科", parent_id: null, leader_id: null, leader_name: null, leader_active: false, accounts: 0, level: 0 }],
  types: [{ id: "complaint", name: "投诉" }],
};
const calls: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(() => {
  calls.length = 0;
  answers = {};
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const call = `${init.method} ${url.replace("/api/v1", "")}`;
    calls.push(call);
    return new Response(JSON.stringify(answers[call] ?? {}));
  });
});

const card = (endpoint: TicketEndpointRead = ENDPOINT) => mount(EndpointCard, { props: { endpoint, choices } });

describe("a system's card", () => {
  it("says what it is told of, in names", () => {
    const text = card().text();
    expect(text).toContain("信贷科");
    expect(text).toContain("投诉");
    expect(text).toContain("打码");
  });

  it("tells since when it fails and why, and offers to skip only then", () => {
    expect(card().find("[data-test=skip-first]").exists()).toBe(false);
    const view = card({ ...ENDPOINT, failing_since: "2026-11-23T02:00:00Z", last_error: "连接不上办公系统", waiting: 12 });
    expect(view.find("[data-test=endpoint-failing]").text()).toContain("连接不上办公系统");
    expect(view.text()).toContain("待送达 12 条");
  });

  it("asks for a fresh look when a trial has brought it back", async () => {
    answers["POST /ticket-endpoints/e1/test"] = { ok: true, checks_signature: true, status: 204, seconds: 0.1, message: "正常" };
    const view = card({ ...ENDPOINT, failing_since: "2026-11-23T02:00:00Z" });
    await view.find("[data-test=try-endpoint]").trigger("click");
    await flushPromises();
    expect(view.find("[data-test=trial]").classes()).toContain("good");
    expect(view.emitted("changed")).toHaveLength(1);
  });
});

describe("the keys", () => {
  const table = (...items: ApiKeyRead[]) => mount(KeyTable, { props: { items, choices } });

  it("are over by the clock, and ended ones cannot be changed", async () => {
    const at = new Date("2026-11-24T02:00:00Z").getTime();
    vi.setSystemTime(at);
    useNow().value = at;
    const view = table(
      { ...KEY, name: "a", expires_at: "2026-11-24T01:00:00Z" },
      { ...KEY, id: "k2", name: "b", expires_at: "2026-11-24T03:00:00Z" },
      { ...KEY, id: "k3", name: "c", revoked_at: "2026-11-23T03:00:00Z" },
    );
    await nextTick();
    const row = (name: string) => view.find(`[data-test=key-${name}]`);
    expect(row("a").text()).toContain("已过期");
    expect(row("b").text()).toContain("有效");
    expect(row("c").text()).toContain("已吊销");
    expect(row("c").find("[data-test=revoke-key]").exists()).toBe(false);
    vi.useRealTimers();
  });

  it("say what they reach", () => {
    expect(table({ ...KEY, sees: "group", department_ids: ["d1"], types: ["complaint"], may_handle: false }).text()).toContain("信贷科；投诉；只能查询");
  });
});

describe("the log of events", () => {
  it("is asked by system, state and number, and again after sending", async () => {
    const log = useTicketDeliveries("e1");
    log.query.value = { state: "failed", number: " GD20261123-0001 " };
    await log.load();
    expect(calls).toEqual(["GET /ticket-endpoints/deliveries?endpoint_id=e1&state=failed&number=GD20261123-0001&limit=50"]);
    answers["POST /ticket-endpoints/e1/retry/v1"] = { count: 1 };
    await log.resend("v1");
    expect(calls[1]).toBe("POST /ticket-endpoints/e1/retry/v1");
    expect(calls).toHaveLength(3);
  });
});

it("nothing chosen means all", () => {
  expect(namesOf([], choices.types)).toBe("全部");
  expect(stepNames(["file", "resolve"])).toBe("登记、办结");
});

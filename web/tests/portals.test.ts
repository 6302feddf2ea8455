import type { PortalDelivery, PortalRead } from "@shared/contract";
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import PortalCard from "../console/components/settings/portals/PortalCard.vue";
import { useDeliveries } from "../console/state/portals";

const PORTAL: PortalRead = {
  id: "portal", name: "政务服务网", enabled: true, address: "https://kf.example/channels/webhook/portal", callback_url: "https://portal.example/",
  secrets: [{ since: "2026-11-23T02:00:00Z", until: null }], waiting: 0, failed: 2,
};
const notice = (id: string, state: PortalDelivery["state"]): PortalDelivery => ({
  id, type: "message.created", state, attempts: 1, status: 410, error: "", seconds: 0.1, conversation_id: null,
  created_at: "2026-11-23T02:00:00Z", updated_at: "2026-11-23T02:00:00Z",
});
const calls: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(() => {
  calls.length = 0;
  answers = {};
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const call = `${init.method} ${url.replace("/api/v1/webhook/inboxes/portal", "")}`;
    calls.push(call);
    return new Response(JSON.stringify(answers[call] ?? {}));
  });
});

const card = (portal: PortalRead = PORTAL) => mount(PortalCard, { props: { portal } });

describe("a portal's card", () => {
  it.each([
    [true, true, "good"],
    [true, false, "doubtful"],
    [false, null, "bad"],
  ])("draws the trial's verdict (taken: %s, signature checked: %s)", async (ok, checks_signature, kind) => {
    answers["POST /test"] = { ok, checks_signature, status: 204, seconds: 0.1, message: "结果" };
    const view = card();
    await view.find("[data-test=try-portal]").trigger("click");
    await flushPromises();
    expect(view.find("[data-test=trial]").classes()).toContain(kind);
    expect(view.find("[data-test=trial]").text()).toBe("结果");
  });

  it("tries only what is saved", async () => {
    const view = card();
    await view.find("[data-test=callback-url]").setValue("https://other.example/");
    expect(view.find("[data-test=try-portal]").attributes("disabled")).toBeDefined();
  });

  it("offers to withdraw a former secret only while there is one", () => {
    const former = { since: "2026-11-22T02:00:00Z", until: "2026-11-24T02:00:00Z" };
    expect(card().find("[data-test=withdraw]").exists()).toBe(false);
    const view = card({ ...PORTAL, secrets: [...PORTAL.secrets, former] });
    expect(view.find("[data-test=withdraw]").exists()).toBe(true);
    expect(view.find("[data-test=former-secret]").text()).toContain("2026-11-24 10:00");
  });
});

describe("the log of notices", () => {
  it("is read by state and page, and again after sending", async () => {
    const log = useDeliveries("portal");
    answers["GET /deliveries?state=failed&limit=50"] = { items: [notice("2", "failed")], next: "2" };
    answers["GET /deliveries?state=failed&after=2&limit=50"] = { items: [notice("1", "failed")], next: null };
    answers["POST /deliveries/2/retry"] = { count: 1 };
    log.state.value = "failed";
    await log.load();
    await log.load(true);
    expect(log.items.value.map((each) => each.id)).toEqual(["2", "1"]);
    await log.resend("2");
    expect(calls.slice(2)).toEqual(["POST /deliveries/2/retry", "GET /deliveries?state=failed&limit=50"]);
    await log.resend();
    expect(calls[4]).toBe("POST /deliveries/retry");
  });
});

import type { DepartmentRead, MessageRead } from "@shared/contract";
import { mount } from "@vue/test-utils";
import { ElMessageBox } from "element-plus/es/components/message-box/index";
import { beforeEach, describe, expect, it, vi } from "vitest";
import RevealButton from "../console/components/desk/RevealButton.vue";
import { useAccount } from "../console/state/account";
import { asTree } from "../console/state/accounts";
import { settle } from "./samples";

const department = (id: string, name: string, parent_id: string | null): DepartmentRead => ({ id, name, parent_id, leader_id: null, leader_name: null, leader_active: false, accounts: 0 });

describe("departments", () => {
  it("stand below their own, each level in its order", () => {
    const all = [department("3", "乙组", "1"), department("2", "行政部", null), department("4", "甲组", "1"), department("1", "客服部", null)];
    expect(asTree(all).map(({ name, level }) => [name, level])).toEqual([
      ["客服部", 0],
      ["甲组", 1],
      ["乙组", 1],
      ["行政部", 0],
    ]);
  });
});

const message = (text: string): MessageRead => ({
  id: "m", conversation_id: "c", seq: 1, author: { kind: "visitor", id: null, name: null }, content: { type: "text", text }, created_at: "2026-01-01T00:00:00Z", masked: true,
  client_msg_id: null, private: false, citations: null, helpful: null,
});
const server = { reasons: [] as string[], wanted: false };

function answer(init: RequestInit): Response {
  const { reason } = JSON.parse(String(init.body)) as { reason: string };
  server.reasons.push(reason);
  if (!server.wanted || reason) return new Response(JSON.stringify(message("13812345678")));
  return new Response(JSON.stringify({ error: { code: "reveal_reason_needed", message: "请填写", details: {} } }), { status: 422 });
}

async function button(permissions: string[]) {
  useAccount().account.value = { id: "a", login: "a", name: "a", role: "agent", scope: "group", permissions };
  const shown: (MessageRead | null)[] = [];
  const view = mount(RevealButton, {
    props: { message: message("138****5678"), modelValue: null, "onUpdate:modelValue": (now: MessageRead | null) => void (shown.push(now), view.setProps({ modelValue: now })) },
  });
  return { view, shown, texts: () => shown.map((each) => each && each.content.type === "text" && each.content.text) };
}

beforeEach(() => {
  Object.assign(server, { reasons: [], wanted: false });
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => answer(init));
});

describe("a look at a covered number", () => {
  it("is not offered without the permission", async () => {
    const { view } = await button([]);
    expect(view.find("button").exists()).toBe(false);
  });

  it("shows the message in full and ends by itself", async () => {
    vi.useFakeTimers();
    const { view, texts } = await button(["personal.read"]);
    await view.find("button").trigger("click");
    await vi.advanceTimersByTimeAsync(1000);
    expect(texts()).toEqual(["13812345678"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(["13812345678", null]);
    vi.useRealTimers();
  });

  it("asks for a reason where the settings want one, and again only if there is one", async () => {
    server.wanted = true;
    const prompt = vi.spyOn(ElMessageBox, "prompt").mockResolvedValue({ value: "核对", action: "confirm" } as never);
    const { view, texts } = await button(["personal.read"]);
    await view.find("button").trigger("click");
    await settle();
    expect(server.reasons).toEqual(["", "核对"]);
    expect(texts()).toEqual(["13812345678"]);
    prompt.mockRejectedValue("cancel");
    await view.find("button").trigger("click"); // hides
    await view.find("button").trigger("click");
    await settle();
    expect(server.reasons).toEqual(["", "核对", ""]);
    expect(texts().at(-1)).toBe(null);
  });
});

import type { AgentCommands } from "@shared/agent";
import type { AlertRaised, WrapUpItem, WrapUpRead } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAlerts } from "../console/state/alerts";
import { createWrapUps } from "../console/state/wrapUps";
import { fakeLink } from "./fake-link";
import { settle } from "./samples";

const alert = (code: string, conversation_id: string): AlertRaised => ({ code, message: code, details: { conversation_id } });

describe("alerts", () => {
  it("of one kind stand together, and the same again is one line", () => {
    const { link, push } = fakeLink<AgentCommands>(() => null);
    const alerts = createAlerts(link);
    push("alert.raised", alert("answer_overdue", "c1"));
    push("alert.raised", alert("answer_overdue", "c2"));
    push("alert.raised", alert("queue_waiting_long", "c3"));
    push("alert.raised", alert("answer_overdue", "c1"));
    expect(alerts.groups.value.map(({ code, lines }) => [code, lines.map(({ conversation, times }) => [conversation, times])])).toEqual([
      ["answer_overdue", [["c1", 2], ["c2", 1]]],
      ["queue_waiting_long", [["c3", 1]]],
    ]);
    expect(alerts.unseen.value).toBe(3);
    alerts.look();
    expect(alerts.unseen.value).toBe(0);
    push("alert.raised", alert("answer_overdue", "c2"));
    expect(alerts.unseen.value).toBe(1);
  });

  it("that an answer is due soon goes when it is overdue", () => {
    const { link, push } = fakeLink<AgentCommands>(() => null);
    const alerts = createAlerts(link);
    for (const id of ["c1", "c2"]) push("alert.raised", alert("answer_due_soon", id));
    push("alert.raised", alert("answer_overdue", "c1"));
    expect(alerts.groups.value.map(({ code, lines }) => [code, lines.map((line) => line.conversation)])).toEqual([
      ["answer_overdue", ["c1"]],
      ["answer_due_soon", ["c2"]],
    ]);
  });

  it("are kept to a number that nobody reads beyond", () => {
    const { link, push } = fakeLink<AgentCommands>(() => null);
    const alerts = createAlerts(link);
    for (let number = 0; number < 500; number += 1) push("alert.raised", alert("answer_overdue", `c${number}`));
    expect(alerts.groups.value[0]?.lines).toHaveLength(50);
    expect(alerts.groups.value[0]?.lines[0]?.conversation).toBe("c499");
  });
});

const item = (id: string): WrapUpItem => ({ id, conversation_id: `of-${id}`, contact_id: "v", contact_name: "", state: "pending", until: null, created_at: "2026-01-01T00:00:00Z" });
const server = { owed: [] as WrapUpItem[] };

function openForms() {
  const fake = fakeLink<AgentCommands>(({ payload }) => item((payload as { wrap_up_id: string }).wrap_up_id));
  return { ...fake, forms: createWrapUps(fake.link) };
}

beforeEach(() => {
  server.owed = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const id = url.split("/wrap-ups/")[1];
    const read: Partial<WrapUpRead> = id ? { ...item(id), summary: "draft", businesses: [] } : {};
    return new Response(JSON.stringify(id ? read : server.owed));
  });
});

describe("forms owed", () => {
  it("open by themselves after a service, one at a time", async () => {
    const { forms, push } = openForms();
    for (const id of ["w1", "w2"]) {
      server.owed.push(item(id));
      push("wrap_up.updated", { id, conversation_id: `of-${id}`, state: "pending", until: null });
      await settle();
    }
    expect(forms.form.value?.id).toBe("w1");
    expect(forms.owed.value.map(({ id }) => id)).toEqual(["w1", "w2"]);
    server.owed = [item("w2")];
    await forms.send({ wrap_up_id: "w1", solved: "yes" });
    expect(forms.form.value).toBeNull();
    expect(forms.owed.value.map(({ id }) => id)).toEqual(["w2"]);
  });

  it("stay out of sight away from the desk until somebody asks for them", async () => {
    const { forms, push } = openForms();
    forms.aside.value = true;
    server.owed = [item("w1")];
    push("wrap_up.updated", { id: "w1", conversation_id: "of-w1", state: "pending", until: null });
    await settle();
    expect([forms.form.value?.id, forms.aside.value]).toEqual(["w1", true]);
    await forms.open("w1");
    expect(forms.aside.value).toBe(false);
  });

  it("are not opened again when only their time is over, and close when written in another tab", async () => {
    const { forms, push } = openForms();
    server.owed = [item("w1")];
    await forms.refresh();
    push("wrap_up.updated", { id: "w1", conversation_id: "of-w1", state: "pending", until: null });
    await settle();
    expect(forms.form.value).toBeNull();
    await forms.open("w1");
    server.owed = [];
    push("wrap_up.updated", { id: "w1", conversation_id: "of-w1", state: "done", until: null });
    await settle();
    expect([forms.form.value, forms.owed.value]).toEqual([null, []]);
  });
});

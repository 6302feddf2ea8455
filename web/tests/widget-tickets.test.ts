import type { OwnTicket, OwnTicketDetail, OwnTicketForms, OwnTicketType, RatingOffer } from "@shared/contract";
import { AppError, ConnectionLost } from "@shared/errors";
import type { VisitorCommands } from "@shared/visitor";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import TicketSheet from "../widget/components/tickets/TicketSheet.vue";
import { fieldsOf, filledIn } from "../widget/components/tickets/fields";
import { en, zh } from "../widget/i18n/tickets";
import { createRating, RATING } from "../widget/state/rating";
import { openStore } from "../widget/state/storage";
import { createTickets, TICKETS } from "../widget/state/tickets";
import { createVisitor, VISITOR } from "../widget/state/visitor";
import { fakeLink, type Sent } from "./fake-link";
import { sessionReady, settle } from "./samples";

const row = (extra: Partial<OwnTicket> = {}): OwnTicket => ({
  id: "t1", number: "GD20261123-0001", type: "投诉", title: "窗口态度", state: "open", due_at: "2026-11-30T09:00:00Z",
  created_at: "2026-11-23T01:00:00Z", told_at: null, ...extra,
});
const detail = (extra: Partial<OwnTicketDetail> = {}): OwnTicketDetail => ({
  ...row(), key: "", text: "说明", values: [], files: [], asked: "", answer: "", late: false, urged_at: null, merged_into: "",
  steps: [{ kind: "filed", at: "2026-11-23T01:00:00Z", text: "", by: "", disputes: false }], may: ["remark", "withdraw", "urge"], rating: null, ...extra,
});
const added = { kind: "added" as const, at: "2026-11-23T02:00:00Z", text: "还有一件事", by: "", disputes: false };
const type: OwnTicketType = {
  id: "complaint", name: "投诉", help: "", fields: [
    { key: "unit", name: "单位", kind: "text", required: true, choices: [], help: "全称" },
    { key: "matter", name: "哪类", kind: "choice", required: false, choices: ["甲", "乙"], help: "" },
    { key: "who", name: "当事人", kind: "person", required: true, choices: [], help: "" },
    { key: "place", name: "地点", kind: "address", required: false, choices: [], help: "" },
    { key: "papers", name: "材料", kind: "file", required: false, choices: [], help: "" },
  ],
};
const forms: OwnTicketForms = { types: [type], businesses: [], codes: false };
const offer: RatingOffer = {
  title: "请评价本次服务", comment_hint: "还有什么", thanks: "谢谢", most_tags: 2, reason_up_to: 0, services: [],
  levels: [{ score: 5, label: "非常满意", tags: [] }, { score: 1, label: "非常不满意", tags: [] }],
};

function citizen(answers: Record<string, (sent: Sent) => unknown>, tickets: object = {}) {
  const fake = fakeLink<VisitorCommands>((sent) => answers[sent.name]?.(sent) ?? null);
  const store = openStore("test.");
  const visitor = createVisitor({ origin: "", inbox: "web", store, link: fake.link });
  const state = createTickets(visitor, store);
  const rating = createRating(visitor, store);
  const ready = () => fake.push("session.ready", sessionReady({ rating: offer, tickets: { count: 0, asked: 0, told_at: null, ...tickets } }));
  const provide = { [TICKETS as symbol]: state, [VISITOR as symbol]: visitor, [RATING as symbol]: rating };
  const said = (name: string) => fake.sent.filter((each) => each.name === name).map((each) => each.payload);
  return { ...fake, state, ready, provide, said, show: () => mount(TicketSheet, { global: { provide }, attachTo: document.body }) };
}

beforeEach(() => localStorage.clear());

describe("the state of tickets", () => {
  it("points out news until they were looked at, and later ones again", async () => {
    const items = [row({ told_at: "2026-11-24T01:00:00Z", state: "pending" })];
    const { state, ready, push } = citizen({ list_tickets: () => ({ items }) }, { count: 1, asked: 1, told_at: "2026-11-24T01:00:00Z" });
    ready();
    await settle();
    expect([state.count.value, state.asked.value, state.fresh.value]).toEqual([1, 1, true]);
    state.open("list");
    expect(state.fresh.value).toBe(false);
    state.open("");
    items[0] = row({ told_at: "2026-11-25T01:00:00Z", state: "resolved" });
    push("ticket.updated", { id: "t1", number: "GD20261123-0001", status: "resolved", version: 4, step: "" });
    await settle();
    expect([state.asked.value, state.fresh.value]).toEqual([0, true]);
  });
});

describe("the pages of tickets", () => {
  it("show the course of one as text, and follow it", async () => {
    let now = detail({ title: "<img src=x>", state: "pending", asked: "请补充<b>合同</b>" });
    const { state, show, push, ready } = citizen({ list_tickets: () => ({ items: [row()] }), read_ticket: () => now });
    ready();
    state.open("list");
    const view = show();
    await settle();
    await view.get("[data-test=ticket-row]").trigger("click");
    await settle();
    expect(view.find("img").exists()).toBe(false);
    expect(view.get("[data-test=ticket-course] [aria-current=step]").text()).toContain("已受理");
    expect(view.text()).toContain("请补充<b>合同</b>");
    now = detail({ state: "resolved", answer: "已批评教育", may: ["confirm", "dispute", "rate"] });
    push("ticket.updated", { id: "t1", number: "GD20261123-0001", status: "resolved", version: 4, step: "" });
    await settle();
    expect(view.get("[data-test=ticket-answer]").text()).toContain("已批评教育");
    push("ticket.updated", { id: "other", number: "GD20261123-0002", status: "open", version: 1, step: "" });
    await settle();
    expect(view.find("[data-test=ticket-answer]").exists()).toBe(true);
    view.unmount();
  });

  it("send a remark once although the answer was lost, and say who was quicker", async () => {
    const outcomes: unknown[] = [new ConnectionLost(), new AppError({ code: "ticket_moved_on", message: "刚刚有了新的进展" }), detail({ steps: [...detail().steps, added] })];
    const { state, show, said, ready } = citizen({
      list_tickets: () => ({ items: [row()] }), read_ticket: () => detail(),
      remark_ticket: () => {
        const next = outcomes.shift();
        if (next instanceof Error) throw next;
        return next;
      },
    });
    ready();
    state.open("list");
    const view = show();
    await settle();
    await view.get("[data-test=ticket-row]").trigger("click");
    await settle();
    await view.get("[data-test=ticket-remark]").trigger("click");
    await view.get("[data-test=ticket-words-form]").trigger("submit");
    expect(view.text()).toContain("请先写明内容");
    await view.get("[data-test=ticket-words]").setValue("还有一件事");
    for (const expected of ["不会重复", "刚刚有了新的进展", "已提交"]) {
      await view.get("[data-test=ticket-words-form]").trigger("submit");
      await settle();
      expect(view.text()).toContain(expected);
    }
    expect(new Set(said("remark_ticket").map((each) => (each as { client_msg_id: string }).client_msg_id)).size).toBe(1);
    view.unmount();
  });

  it("open another one by its number and keep its key", async () => {
    const { state, show, said, ready } = citizen({
      list_tickets: () => ({ items: [] }), ticket_forms: () => forms, open_ticket: () => detail({ key: "k1" }), urge_ticket: () => detail({ key: "k2", may: ["remark"] }),
    });
    ready();
    state.open("open");
    const view = show();
    await settle();
    await view.get("[data-field=number]").setValue("GD20261123-0001");
    await view.get("[data-field=phone]").setValue("138 1234 5678");
    await view.get("form").trigger("submit");
    await settle();
    expect(said("open_ticket")).toEqual([{ number: "GD20261123-0001", phone: "13812345678", code: "" }]);
    await view.get("[data-test=ticket-urge]").trigger("click");
    await settle();
    expect(said("urge_ticket")).toEqual([{ id: "t1", key: "k1" }]);
    view.unmount();
  });

  it("go back to the list when a key is good no more", async () => {
    const { state, show, push, ready } = citizen({
      list_tickets: () => ({ items: [] }), ticket_forms: () => forms, open_ticket: () => detail({ key: "k1" }),
      read_ticket: () => {
        throw new AppError({ code: "ticket_not_found", message: "没有找到" });
      },
    });
    ready();
    state.open("open");
    const view = show();
    await settle();
    await view.get("[data-field=number]").setValue("GD20261123-0001");
    await view.get("[data-field=phone]").setValue("13812345678");
    await view.get("form").trigger("submit");
    await settle();
    expect(state.page.value).toBe("ticket");
    push("ticket.updated", { id: "t1", number: "GD20261123-0001", status: "open", version: 2, step: "" });
    await settle();
    expect(state.page.value).toBe("list");
    view.unmount();
  });

  it("file one by the fields of its type", async () => {
    const { state, show, said, ready } = citizen({ list_tickets: () => ({ items: [] }), ticket_forms: () => forms, file_ticket: () => detail() });
    ready();
    state.open("form");
    const view = show();
    await settle();
    await view.get("[data-field=text]").setValue("三个月没有缴");
    await view.get("[data-field='f.unit']").setValue("某公司");
    await view.get("[data-field='f.who']").setValue("张三");
    await view.get("[data-field=name]").setValue("王芳");
    await view.get("[data-field=phone]").setValue("13812345678");
    await view.get("form").trigger("submit");
    await settle();
    expect(said("file_ticket")).toEqual([{
      client_msg_id: expect.any(String) as string, type: "complaint", text: "三个月没有缴", name: "王芳", phone: "13812345678", code: "", business: null,
      fields: { unit: "某公司", who: { name: "张三" } }, attachment_ids: [],
    }]);
    expect(view.get("[data-test=ticket-done]").text()).toContain("GD20261123-0001");
    view.unmount();
  });
});

describe("the fields of a type", () => {
  it("become those of a form, and what was filled in what the server wants", () => {
    expect(fieldsOf(type, (name) => `${name}的电话`).map((each) => [each.name, each.kind, each.required])).toEqual([
      ["unit", "text", true], ["matter", "choice", false], ["who", "text", true], ["who.phone", "phone", false], ["place", "longtext", false],
    ]);
    const values = { unit: "某公司", matter: "", who: "张三", "who.phone": "13800001234", place: "一号" };
    expect(filledIn(type, values, { papers: ["f1"] })).toEqual({
      unit: "某公司", who: { name: "张三", phone: "13800001234" }, place: { text: "一号" }, papers: ["f1"],
    });
  });

  it("have the same placeholders in both languages", () => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect(places(en[key]), key).toEqual(places(zh[key]));
  });
});

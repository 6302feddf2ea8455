// Rules of ticket assignment, absences on the wall's clock, and a left message that goes on as a ticket.

import type { LeftMessageDetail } from "@shared/contract";
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tickets } from "../console/api";
import { absences } from "../console/api/assigning";
import AbsenceList from "../console/components/absences/AbsenceList.vue";
import LeftTicket from "../console/components/left/LeftTicket.vue";
import RuleCard from "../console/components/settings/assigning/RuleCard.vue";
import { bodyOf, emptyAbsence, formOf, instantOf, onTheWall } from "../console/state/absences";
import { leadTo, newRule, targetOf } from "../console/state/assigning";

afterEach(() => vi.restoreAllMocks());

const STAFF = {
  departments: [{ id: "d1", name: "窗口科", parent_id: null, leader_id: null }],
  people: [{ id: "p1", name: "李红", department_id: "d1", open: 2, away: false, substitute_name: null, dispatches: false }],
};
const ROW = {
  id: "a1", account_id: "p1", account_name: "李红", substitute_id: "p2", substitute_name: "王强", from_at: "2026-01-05T01:00:00Z",
  until_at: "2026-01-06T10:00:00Z", state: "current" as const, hand_over: true, handed_over_at: null, open_tickets: 3, note: "年假",
};

describe("a rule of assignment", () => {
  it("leads to a department or to a person, never to both", () => {
    const rule = newRule(STAFF);
    expect(targetOf(rule)).toBe("department:d1");
    leadTo(rule, "person:p1");
    expect([rule.account, rule.department]).toEqual(["p1", null]);
    leadTo(rule, "department:d1");
    expect([rule.account, rule.department]).toEqual([null, "d1"]);
    expect(targetOf(newRule({ departments: [], people: STAFF.people }))).toBe("person:p1");
  });

  it("asks who of the department only where it leads to one, and shows what was refused", async () => {
    const rule = newRule(STAFF);
    const card = mount(RuleCard, {
      props: { modelValue: rule, place: 1, staff: STAFF, choices: {}, first: false, last: true, problems: { "rules.1.department": "已不存在", "rules.0.name": "别的" } },
    });
    expect(card.find("[data-test=rule-strategy]").exists()).toBe(true);
    expect(card.findAll(".field-problem").map((each) => each.text())).toEqual(["已不存在"]);
    await card.setProps({ modelValue: { ...rule, department: null, account: "p1" } });
    expect(card.find("[data-test=rule-strategy]").exists()).toBe(false);
  });
});

describe("absences", () => {
  it("are entered and shown by the clock on the wall in China", () => {
    expect(onTheWall(new Date("2026-01-05T17:30:00Z"))).toBe("2026-01-06T01:30");
    expect(instantOf("2026-01-06T01:30")).toBe("2026-01-05T17:30:00.000Z");
    expect(emptyAbsence("p1", new Date("2026-01-05T17:30:00Z"))).toMatchObject({ from: "2026-01-06T01:30", until: "2026-01-06T23:59" });
    expect(bodyOf(formOf(ROW))).toEqual({
      account_id: "p1", substitute_id: "p2", from_at: "2026-01-05T01:00:00.000Z", until_at: "2026-01-06T10:00:00.000Z", hand_over: true, note: "年假",
    });
  });

  it("say what becomes of the tickets in hand, and those that are over cannot be changed", async () => {
    const done = { ...ROW, id: "a2", handed_over_at: ROW.from_at };
    const stays = { ...ROW, id: "a3", hand_over: false };
    const past = { ...ROW, id: "a4", state: "past" as const };
    vi.spyOn(absences, "list").mockResolvedValue([ROW, done, stays, past]);
    const list = mount(AbsenceList, { props: { mine: false } });
    await flushPromises();
    const rows = list.findAll("[data-test=absence-row]");
    expect(rows.map((row) => row.text().includes("正在移交"))).toEqual([true, false, false, false]);
    expect(rows.map((row) => row.text().includes("在办工单已移交"))).toEqual([false, true, false, false]);
    expect(rows.map((row) => row.text().includes("还有 3 张"))).toEqual([false, false, true, false]);
    expect(rows.map((row) => row.find("[data-test=absence-end]").exists())).toEqual([true, true, true, false]);
  });
});

describe("a left message", () => {
  const one = { id: "l1", version: 2, ticket: null, may_file: true } as unknown as LeftMessageDetail;
  const stubs = { RouterLink: { props: ["to"], template: "<a><slot /></a>" } };

  it("offers to go on as a ticket only to whoever may", () => {
    expect(mount(LeftTicket, { props: { one }, global: { stubs } }).find("[data-test=left-to-ticket]").exists()).toBe(true);
    expect(mount(LeftTicket, { props: { one: { ...one, may_file: false } }, global: { stubs } }).find("[data-test=left-to-ticket]").exists()).toBe(false);
  });

  it("names the ticket it went on as", () => {
    const filed = { ...one, may_file: false, ticket: { id: "t1", number: "GD20260105-0001", status: "new" as const } };
    expect(mount(LeftTicket, { props: { one: filed }, global: { stubs } }).get("[data-test=left-ticket]").text()).toContain("GD20260105-0001");
  });

  it("does not open the form when the types cannot be had", async () => {
    vi.spyOn(tickets, "types").mockRejectedValue(new Error("offline"));
    const page = mount(LeftTicket, { props: { one }, global: { stubs } });
    await page.get("[data-test=left-to-ticket]").trigger("click");
    await flushPromises();
    expect(page.findComponent({ name: "ElDialog" }).props("modelValue")).toBe(false);
  });
});

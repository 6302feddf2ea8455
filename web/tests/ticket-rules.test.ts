// What is checked beside a ticket's fields, what a step needs and sends, and how long a deadline still is.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { filledIn, isPhone, problemsOf } from "../console/state/ticketFields";
import { createTicketDrafts } from "../console/state/ticketDrafts";
import { emptyForm, isReady, ordered, owedFields, stageChoices, writeOf } from "../console/state/ticketSteps";
import { within } from "../console/state/ticketStaff";
import { filledTemplate } from "../console/state/ticketTemplates";
import { leftOf } from "../console/state/ticketTimes";
import { kindOf } from "../console/state/ticketTimeline";
import { valueText } from "../console/state/ticketValues";
import { entry, field, ticket } from "./ticket-samples";

describe("a type's own fields", () => {
  it.each([
    ["number", "1,200.50", ""], ["number", "１２００", ""], ["number", "一千", "请填写数字"], ["number", "1e9", "请填写数字"],
    ["date", "2026-02-28", ""], ["date", "2026-02-30", "请填写日期"], ["date", "明天", "请填写日期"],
    ["choice", "其他", ""], ["choice", "没有的", "请从列表里选择"],
  ] as const)("of kind %s takes or refuses %s", (kind, value, problem) => {
    const found = problemsOf([field("f", { kind, choices: ["其他"] })], { f: value });
    expect(found["f"] ?? "").toBe(problem);
  });

  it("say what is missing of a person and an address", () => {
    const fields = [field("who", { kind: "person" }), field("where", { kind: "address" })];
    expect(problemsOf(fields, { who: { phone: "13812345678" }, where: { region: "西湖区" } })).toEqual({ who: "请填写姓名", where: "请填写地址" });
    expect(problemsOf(fields, { who: { name: "李四", phone: "123" } })).toEqual({ who: "电话号码不对" });
    expect(problemsOf(fields, { who: { name: "李四", phone: "" }, where: { text: " " } })).toEqual({});
  });

  it("need what is required only when the form is complete, and send nothing that is empty", () => {
    const fields = [field("a", { required: true }), field("b"), field("c", { kind: "person" })];
    expect(problemsOf(fields, { a: "  " })).toEqual({ a: "请填写" });
    expect(problemsOf(fields, { a: "  " }, false)).toEqual({});
    expect(filledIn(fields, { a: " x ", b: "", c: { name: "", phone: " " }, gone: "y" })).toEqual({ a: "x" });
  });

  it.each(["13812345678", "+86 138 1234 5678", "１３８１２３４５６７８", "0571-85151234", "12345"])("know %s for a phone", (text) => expect(isPhone(text)).toBe(true));
  it.each(["1381234", "电话", "", "1381234567890123456789"].slice(1))("do not know %s for one", (text) => expect(isPhone(text)).toBe(false));

  it("are shown as a line", () => {
    expect(valueText({ name: "李四", phone: "138****5678" })).toBe("李四 138****5678");
    expect(valueText(["a", "b"])).toBe("a、b");
  });
});

describe("a step", () => {
  const form = emptyForm();

  it("that brings the ticket forward comes first, what goes beside it last", () => {
    const steps = ["comment", "assign", "return", "submit", "ask", "link", "unlink"] as const;
    expect(ordered(ticket({ steps: [...steps] }))).toEqual({ main: ["submit", "ask", "return", "assign"], aside: ["comment", "link"] });
    expect(ordered(ticket({ turn: "dispatchers", status: "new", steps: ["accept", "assign", "reply"] })).main).toEqual(["assign", "accept", "reply"]);
    expect(ordered(ticket({ turn: "department", status: "new", steps: ["assign", "accept"] })).main).toEqual(["accept", "assign"]);
  });

  it("is ready with its words, its person, its result", () => {
    expect(isReady("submit", form, ticket())).toBe(false);
    expect(isReady("submit", { ...form, words: "已补缴" }, ticket())).toBe(true);
    expect(isReady("assign", form, ticket())).toBe(false);
    expect(isReady("assign", { ...form, department: "d2" }, ticket())).toBe(true);
    expect(isReady("follow_up", { ...form, words: "电话回访" }, ticket({ worded: ["follow_up"] }))).toBe(false);
    expect(isReady("classify", { ...form, type: "complaint" }, ticket())).toBe(false);
    expect(isReady("approve", form, ticket())).toBe(true);
  });

  it("sends only what it knows", () => {
    const full = { ...form, words: " 请转提取科 ", department: "d2", person: "p2", type: "other", other: "t9", next: "review", result: "satisfied" as const };
    expect(writeOf("return", full, ticket(), ["f1"])).toEqual({ version: 3, reason: "请转提取科", file_ids: ["f1"] });
    expect(writeOf("assign", full, ticket(), ["f1"])).toEqual({ version: 3, reason: "请转提取科", department_id: "d2", assignee_id: "p2" });
    expect(writeOf("link", full, ticket(), [])).toEqual({ version: 3, other: "t9" });
    const two = ticket({ next_stages: [{ key: "review", name: "审核" }, { key: "sign", name: "签发" }, { key: "end", name: "办结" }] });
    expect(stageChoices("submit", two).map(({ key }) => key)).toEqual(["review", "sign"]);
    expect(stageChoices("approve", two)).toHaveLength(3);
    expect(writeOf("submit", { ...full, next: "sign" }, two, []).next_stage).toBe("sign");
  });

  it("asks for what its handlers have to fill in", () => {
    const fields = [field("unit"), field("finding", { visible: "handlers", kind: "long_text" }), field("must", { required: true })];
    const one = ticket({ definition: { fields } as never });
    expect(owedFields("submit", one).map(({ key }) => key)).toEqual(["finding", "must"]);
    expect(owedFields("comment", one)).toEqual([]);
    const form_ = { ...form, words: "已补缴" };
    expect(isReady("submit", form_, one)).toBe(false);
    const filled = { ...form_, values: { must: "是", finding: "" } };
    expect(isReady("submit", filled, one)).toBe(true);
    expect(writeOf("submit", filled, one, []).fields).toEqual({ must: "是" });
  });
});

describe("around a ticket", () => {
  beforeEach(() => localStorage.clear());

  it.each([
    ["2026-01-05T10:00:00Z", "还有 40 分钟"], ["2026-01-05T12:20:00Z", "还有 3 小时"], ["2026-01-07T11:20:00Z", "还有 2 天 2 小时"],
    ["2026-01-05T08:20:00Z", "已超 1 小时"], ["2026-01-05T09:19:30Z", "已超 0 分钟"],
  ])("a deadline at %s is %s away", (due, said) => expect(leftOf(due, Date.parse("2026-01-05T09:20:00Z"))).toBe(said));

  it("its steps are told apart by kind", () => {
    expect(["accept", "reply", "comment", "tell"].map((step) => kindOf(entry(1, { step })))).toEqual(["work", "citizen", "note", "system"]);
    expect(kindOf(entry(1, { step: "close", actor: "system" }))).toBe("system");
  });

  it("templates are filled in, with what they say of others left alone", () => {
    expect(filledTemplate("{name}您好，“{title}”（{number}）{odd}", { number: "GD1", name: "", title: "{number}" })).toBe("市民朋友您好，“{number}”（GD1）{odd}");
  });

  it("departments lie below one another, and a circle ends", () => {
    const departments = [["a", "b"], ["b", null], ["c", "d"], ["d", "c"]].map(([id, parent]) => ({ id: id as string, name: "", parent_id: parent ?? null, leader_id: null }));
    expect([within(departments, "a", "b"), within(departments, "b", "a"), within(departments, "c", "b")]).toEqual([true, false, false]);
  });

  it("drafts outlive a reload, not a week and not a logout", () => {
    vi.useFakeTimers({ now: new Date("2026-01-05T00:00:00Z"), toFake: ["Date"] });
    const drafts = createTicketDrafts("me");
    drafts.put("t1", "reply", "您好");
    expect(createTicketDrafts("me").get("t1")).toMatchObject({ step: "reply", text: "您好" });
    expect(createTicketDrafts("other").get("t1").text).toBe("");
    vi.setSystemTime(new Date("2026-01-13T00:00:00Z"));
    expect(createTicketDrafts("me").get("t1").text).toBe("");
    drafts.forget();
    expect(localStorage.length).toBe(0);
    vi.useRealTimers();
  });
});

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import type { OwnTicketDetail, OwnTicketForms, RatingOffer } from "@shared/contract";
import { Refused } from "./line";
import { conversation, picture, sessionReady, settle } from "./samples";
import { open, type Screen } from "./screen";

let screen: Screen;
afterEach(() => screen.end());

const detail = (extra: Partial<OwnTicketDetail> = {}): OwnTicketDetail => ({
  id: "t1", key: "", number: "GD20261123-0001", type: "投诉", title: "窗口态度", state: "open", due_at: "2026-11-30T09:00:00Z",
  created_at: "2026-11-23T01:00:00Z", told_at: null, text: "说明", values: [{ name: "被反映单位", value: "某公司" }], files: [picture()], asked: "", answer: "",
  late: false, urged_at: null, merged_into: "", steps: [{ kind: "filed", at: "2026-11-23T01:00:00Z", text: "", by: "", disputes: false }],
  may: ["remark", "withdraw", "urge"], rating: null, ...extra,
});
const forms: OwnTicketForms = {
  codes: true, businesses: ["提取"],
  types: [{
    id: "complaint", name: "投诉", help: "", fields: [
      { key: "unit", name: "被反映单位", kind: "text", required: true, choices: [], help: "" },
      { key: "who", name: "当事人", kind: "person", required: false, choices: [], help: "" },
      { key: "papers", name: "证据材料", kind: "file", required: false, choices: [], help: "" },
    ],
  }],
};
const offer: RatingOffer = {
  title: "请评价本次服务", comment_hint: "还有什么想说的", thanks: "感谢", most_tags: 2, reason_up_to: 0, services: [],
  levels: [{ score: 5, label: "非常满意", tags: ["解答清楚"] }, { score: 1, label: "非常不满意", tags: [] }],
};
const ready = () => sessionReady({ conversation: conversation(), rating: offer, tickets: { count: 1, asked: 1, told_at: "2026-11-23T02:00:00Z" } });

function write(name: string, value: string): Promise<void> {
  const field = screen.all("field").find((each) => (each as unknown as { __wxElement: { dataset: { name: string } } }).__wxElement.dataset.name === name);
  assert.ok(field, name);
  return screen.fire(field, "input", { value });
}

async function look(ticket: OwnTicketDetail): Promise<void> {
  screen = await open({}, ready());
  screen.answers["list_tickets"] = () => ({ items: [ticket] });
  screen.answers["read_ticket"] = () => ticket;
  await screen.tap("tickets-open");
  await screen.tap("ticket-row");
}

describe("one's tickets", () => {
  it("are pointed out while one waits, and shown with their course", async () => {
    screen = await open({}, ready());
    screen.answers["list_tickets"] = () => ({ items: [detail({ state: "pending" })] });
    assert.match(screen.one("ticket-bar").textContent ?? "", /有 1 张工单等您补充情况/);
    await screen.tap("ticket-look");
    assert.match(screen.one("ticket-row").textContent ?? "", /窗口态度.*请您补充.*GD20261123-0001 · 投诉/s);
    screen.answers["read_ticket"] = () => detail({ state: "pending", asked: "请补充劳动合同" });
    await screen.tap("ticket-row");
    assert.match(screen.one("ticket-detail").textContent ?? "", /已登记.*已受理.*等您补充期间不计办理时间.*请补充劳动合同.*被反映单位.*某公司/s);
  });

  it("follow what the server says of the one that is open", async () => {
    await look(detail());
    screen.answers["read_ticket"] = () => detail({ state: "resolved", answer: "已批评教育", may: ["confirm", "dispute"] });
    screen.push("ticket.updated", { id: "t1", number: "GD20261123-0001", status: "resolved", version: 3, step: "" });
    await settle();
    assert.match(screen.one("ticket-answer").textContent ?? "", /已批评教育/);
    screen.answers["remark_ticket"] = () => detail({ state: "resolved", steps: [{ kind: "added", at: "2026-11-24T01:00:00Z", text: "没有道歉", by: "", disputes: true }], may: [] });
    await screen.tap("ticket-dispute");
    await screen.tap("ticket-send");
    assert.match(screen.one("ticket-problem").textContent ?? "", /请先写明内容/);
    await screen.fire("ticket-words", "input", { value: "没有道歉" });
    await screen.tap("ticket-send");
    assert.deepEqual({ ...screen.said("remark_ticket")[0], client_msg_id: "" }, { id: "t1", key: "", client_msg_id: "", text: "没有道歉", attachment_ids: [], disputes: true });
    assert.match(screen.one("ticket-disputed").textContent ?? "", /已经转给工作人员/);
  });

  it("are urged and withdrawn, with a reason, and a lost answer is said", async () => {
    await look(detail());
    screen.answers["urge_ticket"] = () => detail({ may: ["remark", "withdraw"], urged_at: "2026-11-23T03:00:00Z" });
    await screen.tap("ticket-urge");
    assert.match(screen.one("ticket-detail").textContent ?? "", /已经催办.*上次催办：2026-11-23 11:00/s);
    screen.answers["withdraw_ticket"] = () => {
      throw new Refused("ticket_moved_on", "这张工单刚刚有了新的进展，请看过再操作。");
    };
    await screen.tap("ticket-withdraw");
    await screen.fire("ticket-words", "input", { value: "解决了" });
    await screen.tap("ticket-send");
    assert.match(screen.one("ticket-problem").textContent ?? "", /刚刚有了新的进展/);
    screen.answers["withdraw_ticket"] = () => detail({ state: "withdrawn", may: [] });
    await screen.tap("ticket-send");
    assert.match(screen.one("ticket-detail").textContent ?? "", /工单已撤销/);
  });

  it("are rated after the answer", async () => {
    await look(detail({ state: "closed", answer: "已办", may: ["rate"] }));
    screen.answers["rate_ticket"] = ({ score }) =>
      detail({ state: "closed", may: ["rate"], rating: { score: Number(score), label: "非常满意", tags: [], comment: "", created_at: "2026-11-24T01:00:00Z", changeable_until: "2026-11-25T01:00:00Z" } });
    const [best] = screen.all("level");
    assert.ok(best);
    await screen.tap(best);
    await screen.tap("rating-send");
    assert.deepEqual(screen.said("rate_ticket"), [{ id: "t1", key: "", score: 5, tags: [], comment: "" }]);
    assert.match(screen.one("ticket-rated").textContent ?? "", /您的评价：非常满意/);
  });
});

describe("a ticket of elsewhere", () => {
  it("is opened with number, phone and code, and asked for with its key from then on", async () => {
    screen = await open({ sheet: "tickets" }, ready());
    screen.answers["list_tickets"] = () => ({ items: [] });
    screen.answers["ticket_forms"] = () => forms;
    screen.answers["open_ticket"] = () => detail({ key: "k1" });
    screen.answers["urge_ticket"] = () => detail({ key: "k2", may: [] });
    await screen.tap("ticket-by-number");
    await write("number", "gd20261123-0001");
    await write("phone", "138 1234 5678");
    await screen.tap("form-send");
    assert.match(screen.one("code-fault").textContent ?? "", /6 位数字/);
    await screen.fire("left-code", "input", { value: "123456" });
    await screen.tap("form-send");
    assert.deepEqual(screen.said("open_ticket"), [{ number: "gd20261123-0001", phone: "13812345678", code: "123456" }]);
    await screen.tap("ticket-urge");
    assert.deepEqual(screen.said("urge_ticket"), [{ id: "t1", key: "k1" }]);
  });
});

describe("filing a ticket", () => {
  it("asks what its type asks, and is filed once", async () => {
    screen = await open({ sheet: "tickets" }, ready());
    screen.answers["list_tickets"] = () => ({ items: [] });
    screen.answers["ticket_forms"] = () => forms;
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://a.png", size: 900 }] });
    screen.phone.answers["uploadFile"] = () => ({ statusCode: 201, data: JSON.stringify(picture()) });
    screen.answers["file_ticket"] = () => detail();
    await screen.tap("ticket-file");
    await screen.tap("ticket-type");
    for (const [name, value] of Object.entries({ text: "单位没有缴", "f.unit": "某公司", "f.who": "张三", "f.who.phone": "13900001111", name: "王芳", phone: "13812345678" }))
      await write(name, value);
    await screen.tap("left-add-file");
    await settle();
    await screen.fire("left-code", "input", { value: "123456" });
    await screen.tap("form-send");
    assert.deepEqual({ ...screen.said("file_ticket")[0], client_msg_id: "" }, {
      client_msg_id: "", type: "complaint", text: "单位没有缴", name: "王芳", phone: "13812345678", code: "123456", business: null, attachment_ids: [],
      fields: { unit: "某公司", who: { name: "张三", phone: "13900001111" }, papers: ["f1"] },
    });
    assert.match(screen.one("ticket-done").textContent ?? "", /GD20261123-0001/);
    screen.answers["read_ticket"] = () => detail();
    await screen.tap("ticket-done-look");
    assert.match(screen.one("ticket-number").textContent ?? "", /GD20261123-0001/);
  });
});

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import type { OwnLeftMessage, RatingOffer } from "@shared/contract";
import { conversation, own, picture, said, sessionReady, settle } from "./samples";
import { Refused } from "./line";
import { open, type Screen } from "./screen";

let screen: Screen;
afterEach(() => screen.end());

const service = { id: "s1", conversation_id: "c1", agent_name: "王芳", started_at: "2026-11-23T01:00:00Z", ended_at: "2026-11-23T01:10:00Z", rating: null };
const offer: RatingOffer = {
  title: "请评价本次服务", comment_hint: "还有什么想对我们说的（选填）", thanks: "感谢您的评价", most_tags: 2, reason_up_to: 2, services: [service],
  levels: [{ score: 5, label: "非常满意", tags: ["解答清楚", "态度热情", "响应及时"] }, { score: 1, label: "非常不满意", tags: ["等待太久"] }],
};
const over = () => sessionReady({ conversation: conversation({ status: "closed" }), rating: offer });
const rated = { ...service, rating: { score: 5, label: "非常满意", tags: ["解答清楚"], comment: "", rated_at: "2026-11-23T01:11:00Z", changeable_until: "2099-01-01T00:00:00Z" } };

describe("a rating", () => {
  it("is asked for after the service, with tags that fit the level, and can be changed", async () => {
    screen = await open({}, over());
    screen.answers["rate_conversation"] = () => rated;
    const [best] = screen.all("level");
    assert.ok(best);
    await screen.tap(best);
    assert.deepEqual(screen.all("tag").map((each) => each.textContent), ["解答清楚", "态度热情", "响应及时"]);
    for (const tag of screen.all("tag")) await screen.tap(tag);
    await screen.fire("rating-comment", "input", { value: "很好 " });
    await screen.tap("rating-send");
    assert.deepEqual(screen.said("rate_conversation"), [
      { conversation_id: "c1", service: "s1", score: 5, tags: ["解答清楚", "态度热情"], comment: "很好" }, // two at most
    ]);
    assert.match(screen.one("rating-thanks").textContent ?? "", /感谢您的评价：非常满意/);
    await screen.tap("rating-change");
    assert.ok(screen.has("rating"));
  });

  it("wants a reason where somebody is not content", async () => {
    screen = await open({}, over());
    const worst = screen.all("level")[1];
    assert.ok(worst);
    await screen.tap(worst);
    await screen.tap("rating-send");
    assert.match(screen.one("rating").textContent ?? "", /请选择原因，或者写几句话/);
    assert.deepEqual(screen.said("rate_conversation"), []);
  });

  it("may be put away, and stays within reach", async () => {
    const storage = new Map<string, unknown>();
    screen = await open({}, over(), storage);
    await screen.tap("rating-skip");
    assert.equal(screen.has("rating"), false);
    screen.end();
    screen = await open({}, over(), storage);
    assert.equal(screen.has("rating"), false);
    await screen.tap("rate");
    assert.ok(screen.has("rating"));
  });
});

const kept: OwnLeftMessage = {
  id: "l1", number: "LY202611230001", status: "answered", business: "提取", text: "想问提取", files: [picture()], due_at: "2026-11-25T16:00:00Z",
  created_at: "2026-11-23T01:00:00Z", said: [{ by: "王芳", text: "请带合同", at: "2026-11-23T02:00:00Z" }],
};
const field = (name: string): HTMLElement => {
  const found = screen.all("field").find((each) => (each as unknown as { __wxElement: { dataset: { name: string } } }).__wxElement.dataset.name === name);
  assert.ok(found, name);
  return found;
};
async function fill(values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await screen.fire(field(name), "input", { value });
}

describe("a left message", () => {
  it("is written, proved by a code, stored once however often it is pressed, and shown with its number", async () => {
    screen = await open({ sheet: "form" }, sessionReady({ conversation: conversation() }));
    screen.answers["send_phone_code"] = () => ({ wait_seconds: 60, valid_seconds: 300 });
    let lost = true;
    screen.answers["leave_message"] = () => {
      if (lost) throw new Refused("internal", "系统出了点问题，请稍后再试。");
      return kept;
    };
    await screen.tap("form-send");
    assert.match(screen.text(), /请填写姓名/);
    await fill({ name: "张三", text: "想问提取", phone: "138 1234 5678" });
    await screen.fire(field("business"), "change", { value: 0 });
    await screen.tap("left-get-code");
    assert.deepEqual(screen.said("send_phone_code"), [{ phone: "13812345678", purpose: "left_message" }]);
    assert.match(screen.one("left-get-code").textContent ?? "", /\d+ 秒后可重新获取/);
    await screen.tap("form-send");
    assert.match(screen.one("code-fault").textContent ?? "", /6 位数字验证码/);
    await screen.fire("left-code", "input", { value: "123456" });
    await screen.tap("form-send");
    assert.match(screen.one("form-problem").textContent ?? "", /系统出了点问题/);
    lost = false;
    await screen.tap("form-send");
    const [first, second] = screen.said("leave_message");
    assert.deepEqual({ ...second, client_msg_id: "" }, {
      client_msg_id: "", name: "张三", phone: "13812345678", text: "想问提取", code: "123456", business: "提取", attachment_ids: [],
    });
    assert.equal(first?.["client_msg_id"], second?.["client_msg_id"]);
    assert.match(screen.one("left-done").textContent ?? "", /LY202611230001.*2026-11-25 24:00 前答复/s);
  });

  it("takes pictures along", async () => {
    screen = await open({ sheet: "form" }, sessionReady({ conversation: conversation() }));
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://a.png", size: 900 }] });
    screen.phone.answers["uploadFile"] = () => ({ statusCode: 201, data: JSON.stringify(picture()) });
    screen.answers["leave_message"] = () => kept;
    await screen.tap("left-add-file");
    await settle();
    await fill({ name: "张三", text: "想问提取", phone: "13812345678" });
    await screen.fire("left-code", "input", { value: "123456" });
    await screen.tap("form-send");
    assert.deepEqual(screen.said("leave_message")[0]?.["attachment_ids"], ["f1"]);
  });

  it("is found again with its answer, and asked on about", async () => {
    screen = await open({}, sessionReady({ left_messages: { answered_at: "2026-11-23T02:00:00Z", businesses: [], codes: true, count: 1 } }));
    screen.answers["list_left_messages"] = () => ({ items: [kept] });
    screen.answers["follow_up_left_message"] = ({ text }) => ({ ...kept, said: [...kept.said, { by: null, text, at: "2026-11-23T03:00:00Z" }] });
    assert.match(screen.one("left-bar").textContent ?? "", /您的留言有新的答复/);
    await screen.tap("left-open");
    assert.match(screen.one("left-item").textContent ?? "", /已答复.*王芳 答复.*请带合同/s);
    await screen.tap("left-follow-up");
    await screen.fire("left-words", "input", { value: "合同要原件吗" });
    await screen.tap("left-send");
    assert.deepEqual(screen.said("follow_up_left_message"), [{ id: "l1", text: "合同要原件吗" }]);
    assert.match(screen.one("left-item").textContent ?? "", /合同要原件吗/);
    await screen.tap("sheet-back");
    assert.match(screen.one("left-bar").textContent ?? "", /您有 1 条留言/);
  });
});

describe("a form in the conversation", () => {
  it("is sent as lines once nothing is wrong with it, and past afterwards", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const fields = [{ name: "phone", label: "手机号", kind: "phone", required: true }, { name: "day", label: "日期", kind: "date" }];
    screen.push("message.created", said(1, { type: "form", data: { title: "预约", submit_label: "提交预约", fields } } as never));
    await settle();
    screen.answers["send_message"] = ({ client_msg_id, content }) => said(2, content as never, { author: own, client_msg_id: String(client_msg_id) });
    await fill({ phone: "123" });
    await screen.tap("form-send");
    assert.match(screen.one("fault").textContent ?? "", /11 位手机号码/);
    await fill({ phone: "13812345678" });
    await screen.fire(field("day"), "change", { value: "2026-11-24" });
    await screen.tap("form-send");
    assert.deepEqual(screen.said("send_message")[0]?.["content"], { type: "text", text: "预约\n手机号：13812345678\n日期：2026-11-24" });
    assert.match(screen.text(), /预约（已提交或已过期）/);
  });

  it("offers to leave a message where nobody is there", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.push("message.created", said(1, { type: "form", data: { form: "left_message", text: "现在没有客服值班", choices: [{ label: "继续问机器人", value: "继续" }] } } as never));
    await settle();
    await screen.tap("leave-message");
    assert.match(screen.text(), /给我们留言/);
  });
});

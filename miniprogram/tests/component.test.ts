import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { agent, conversation, picture, said, sessionReady, settle } from "./samples";
import { open, type Screen } from "./screen";

let screen: Screen;
afterEach(() => screen.end());

const assigned = conversation({ status: "assigned", owner_id: "a", owner_name: "王芳", epoch: 2 });

describe("the chat", () => {
  it("greets with entries and hot questions, and a tap asks", async () => {
    screen = await open({}, sessionReady({ hot: ["贷款额度怎么算"] }));
    assert.match(screen.text(), /您好，我是智能助手/);
    const [entry, hot] = [screen.one("entry"), screen.one("hot")];
    await screen.tap(entry);
    await screen.tap(hot);
    assert.deepEqual(screen.said("send_message").map((each) => each["content"]), [
      { type: "text", text: "租房怎么提取公积金" }, { type: "text", text: "贷款额度怎么算" },
    ]);
  });

  it("logs in with WeChat's code once, and then with the token", async () => {
    screen = await open();
    assert.deepEqual(screen.auths[0], { inbox: "mp", source: { page: "pages/chat/chat", sub_channel: "" }, wechat_code: "code-1" });
    screen.cut();
    await waitFor(() => screen.auths.length === 2);
    assert.equal(screen.auths[1]?.["token"], "t1");
    assert.equal(screen.phone.called("login").length, 1);
  });

  it("sends what is written and shows that it arrived", async () => {
    screen = await open({}, sessionReady({ conversation: assigned }));
    await screen.fire("input", "input", { value: "我想提取公积金" });
    await screen.tap("send");
    assert.match(screen.text(), /我想提取公积金已送达/);
    assert.equal(screen.said("set_typing")[0]?.["on"], true);
    screen.push("conversation.updated", { ...assigned, agent_read_seq: 1, epoch: 3 });
    await settle();
    assert.match(screen.text(), /我想提取公积金已读/);
  });

  it("offers a person, the place in the queue, and the way out of it", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    await screen.tap("handoff");
    assert.equal(screen.said("request_handoff").length, 1);
    screen.push("queue.updated", { conversation_id: "c1", position: 3, ahead: 2, eta_seconds: 300 });
    screen.push("conversation.updated", conversation({ status: "queued", epoch: 1 }));
    await settle();
    assert.match(screen.one("queue").textContent ?? "", /您排在第 3 位，前面还有 2 人，预计等待约 5 分钟/);
    assert.equal(screen.has("handoff"), false);
    await screen.tap("cancel-wait");
    assert.equal(screen.said("cancel_handoff").length, 1);
    assert.equal(screen.phone.called("requestSubscribeMessage").length, 0); // the inbox has no templates
  });

  it("shows who serves, who types, and ends the conversation after a question", async () => {
    screen = await open({}, sessionReady({ conversation: assigned }));
    screen.push("message.created", said(1, { type: "text", text: "您好" }, { author: agent }));
    screen.push("typing.updated", { conversation_id: "c1", author: "agent", name: "王芳", on: true });
    await settle();
    assert.match(screen.text(), /人工客服 王芳 正在为您服务/);
    assert.match(screen.text(), /客服王芳正在输入/);
    await screen.tap("end");
    assert.equal(screen.said("close_conversation").length, 0);
    await screen.tap("end-yes");
    assert.equal(screen.said("close_conversation").length, 1);
  });

  it("shows an answer with its clauses folded, its links to copy, and takes a verdict back", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const answer = said(1, {
      type: "answer", text_md: "可以。\n\n- **租房**\n\n[条例](https://www.gov.cn/x)", article_id: "k", question: "", score: 0.9, next: ["要什么材料"], variants: {},
      citations: [{ document: "住房公积金管理条例", number: "", clause: "第二十四条", link: "" }],
    });
    screen.push("message.created", answer);
    await settle();
    assert.doesNotMatch(screen.text(), /第二十四条/);
    await screen.tap("basis");
    assert.match(screen.text(), /《住房公积金管理条例》第二十四条/);
    await screen.tap("link");
    assert.deepEqual(screen.phone.called("setClipboardData"), [{ data: "https://www.gov.cn/x" }]);
    await screen.tap("helpful");
    screen.push("message.updated", { ...answer, helpful: true });
    await settle();
    assert.match(screen.text(), /感谢反馈/);
    await screen.tap("helpful");
    assert.deepEqual(screen.said("answer_feedback").map((each) => each["helpful"]), [true, null]);
    await screen.tap("next");
    assert.deepEqual(screen.said("send_message")[0]?.["content"], { type: "text", text: "要什么材料" });
  });

  it("hands a link to the page where its host may be shown", async () => {
    screen = await open({ webHosts: ["www.gov.cn"] }, sessionReady({ conversation: conversation() }));
    const followed: unknown[] = [];
    screen.chat.addEventListener("link", ({ detail }) => followed.push(detail["href"]));
    screen.push("message.created", said(1, { type: "answer", text_md: "[甲](https://www.gov.cn/x) [乙](https://other.cn/)", article_id: "k", question: "", score: 1, next: [], variants: {}, citations: [] }));
    await settle();
    for (const link of screen.all("link")) await screen.tap(link);
    assert.deepEqual(followed, ["https://www.gov.cn/x"]);
    assert.deepEqual(screen.phone.called("setClipboardData"), [{ data: "https://other.cn/" }]);
  });

  it("offers only the newest message's choices", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const choices = (seq: number) => said(seq, { type: "choices", text: "您想问哪一个", choices: [{ label: `甲${seq}`, value: `甲${seq}` }] });
    screen.push("message.created", choices(1));
    screen.push("message.created", choices(2));
    await settle();
    assert.deepEqual(screen.all("choice").map((each) => each.textContent), ["甲2"]);
    await screen.tap("choice");
    assert.deepEqual(screen.said("send_message")[0]?.["content"], { type: "text", text: "甲2" });
  });

  it("shows pictures, plays voice, opens papers and places", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const url = (name: string) => `/api/v1/conversations/c1/attachments/a1/${name}?key=x`;
    screen.phone.answers["downloadFile"] = () => ({ tempFilePath: "wxfile://t.pdf", statusCode: 200 });
    screen.push("message.created", said(1, picture()));
    screen.push("message.created", said(2, picture({ type: "voice", attachment_id: "v", name: "v.mp3", url: url("v.mp3"), seconds: 7 })));
    screen.push("message.created", said(3, picture({ type: "file", name: "表.pdf", url: url("p.pdf") })));
    screen.push("message.created", said(4, { type: "location", latitude: 31.1774276, longitude: 121.5272106, label: "服务厅" }));
    screen.push("message.created", said(5, { type: "location", latitude: 31.1, longitude: 121.5, label: "", system: "gcj02" }));
    await settle();
    await screen.tap("picture");
    await screen.tap("voice");
    await screen.tap("file");
    for (const place of screen.all("place")) await screen.tap(place);
    assert.equal(screen.phone.called("previewImage")[0]?.["current"], "https://bang.example/api/v1/conversations/c1/attachments/f1/a.jpg?key=x");
    assert.equal(screen.phone.called("play").length, 1);
    assert.deepEqual(screen.phone.called("openDocument")[0], { filePath: "wxfile://t.pdf", fileType: "pdf", showMenu: true });
    const [world, china] = screen.phone.called("openLocation");
    assert.ok(Math.abs(Number(world?.["latitude"]) - 31.175304) < 1e-5);
    assert.equal(china?.["latitude"], 31.1);
  });

  it("speaks English and large letters, and remembers both", async () => {
    const storage = new Map<string, unknown>();
    screen = await open({}, sessionReady({ conversation: conversation() }), storage);
    await screen.tap("language");
    await screen.tap("large-text");
    assert.match(screen.text(), /The assistant is serving you/);
    assert.match(String(screen.chat.data["style"]), /font-size:20px/);
    screen.end();
    screen = await open({}, sessionReady({ conversation: conversation() }), storage);
    assert.match(screen.text(), /The assistant is serving you/);
    assert.equal(screen.chat.data["large"], true);
  });

  it("tells the page what is unread while another page is in front", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const counts: unknown[] = [];
    screen.chat.addEventListener("unread", ({ detail }) => counts.push(detail["count"]));
    screen.chat.setData({ front: false });
    screen.push("message.created", said(1, { type: "text", text: "有答复了" }, { author: agent }));
    await settle();
    screen.chat.setData({ front: true });
    await settle();
    assert.deepEqual(counts, [1, 0]);
    assert.deepEqual(screen.said("mark_read"), [{ seq: 1 }]);
  });

  it("says that it has ended and begins anew", async () => {
    screen = await open({}, sessionReady({ conversation: conversation({ status: "closed" }) }));
    assert.ok(screen.has("ended"));
    await screen.tap("begin");
    assert.match(screen.text(), /新的咨询/);
    assert.ok(screen.has("entry"));
  });
});

/** Until it is so; reconnections wait for half a second and a little. */
async function waitFor(fits: () => boolean): Promise<void> {
  for (let round = 0; round < 300 && !fits(); round++) await new Promise((go) => setTimeout(go, 10));
  assert.ok(fits());
}

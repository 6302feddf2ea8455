// The citizen's session in a mini-program: reconnecting, what is kept, what WeChat's own events do.

import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { Refused } from "./line";
import { agent, conversation, own, said, sessionReady, settle } from "./samples";
import { open, type Screen } from "./screen";

let screen: Screen;
afterEach(() => screen.end());

async function waitFor(fits: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !fits(); round++) await new Promise((go) => setTimeout(go, 10));
  assert.ok(fits());
}
const texts = (of: Screen) => of.said("send_message").map((each) => (each["content"] as { text: string }).text);
const write = async (of: Screen, text: string): Promise<void> => {
  await of.fire("input", "input", { value: text });
  await of.tap("send");
};

describe("a line that is lost", () => {
  it("keeps what is written, and sends it once and in order when it is back", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.faults.down = true;
    screen.cut();
    await write(screen, "第一句");
    await write(screen, "第二句");
    assert.deepEqual(texts(screen), []);
    assert.equal([...screen.phone.storage.keys()].filter((key) => key.includes("unsent")).length, 2);
    await waitFor(() => screen.has("line"));
    assert.match(screen.one("line").textContent ?? "", /2 条等待发送/);
    screen.faults.down = false;
    screen.phone.tell("network", { isConnected: true }); // not after the seconds its next try would wait
    await waitFor(() => texts(screen).length === 2);
    assert.deepEqual(texts(screen), ["第一句", "第二句"]);
    await settle();
    assert.deepEqual([...screen.phone.storage.keys()].filter((key) => key.includes("unsent")), []);
    assert.equal(screen.has("line"), false);
  });

  it("sends again under the same name what was never confirmed", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.faults.deaf = true;
    await write(screen, "说过一次");
    screen.faults.deaf = false;
    screen.cut();
    await waitFor(() => texts(screen).length === 2);
    const [first, second] = screen.said("send_message");
    assert.equal(first?.["client_msg_id"], second?.["client_msg_id"]);
    await settle();
    assert.equal((screen.text().match(/说过一次/g) ?? []).length, 1);
  });

  it("is told honestly: no network, or no server", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.faults.down = true;
    screen.phone.tell("network", { isConnected: false });
    screen.cut();
    await waitFor(() => screen.has("line"));
    assert.match(screen.one("line").textContent ?? "", /网络连接已断开/);
    assert.equal(screen.has("hurry"), false);
    screen.phone.tell("network", { isConnected: true });
    await settle();
    assert.match(screen.one("line").textContent ?? "", /暂时连不上服务|正在连接/);
  });

  it("fetches what was said meanwhile", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.push("message.created", said(1, { type: "text", text: "第一条" }, { author: agent }));
    await settle();
    screen.answers["list_messages"] = ({ after_seq }) => ({
      conversation: conversation(), earlier: false, messages: [2, 3].filter((seq) => seq > Number(after_seq ?? 0)).map((seq) => said(seq, { type: "text", text: `第${seq}条` })),
    });
    screen.cut();
    await waitFor(() => screen.text().includes("第3条"));
    assert.equal(screen.said("list_messages").at(-1)?.["after_seq"], 1);
  });
});

describe("who the citizen is", () => {
  it("is proved anew, with a fresh code, when the token is refused", async () => {
    const storage = new Map<string, unknown>([["bangban.mp.token.mp", JSON.stringify({ token: "old", contact: "k1" })]]);
    screen = await open({}, sessionReady(), storage);
    assert.equal(screen.auths[0]?.["token"], "old");
    assert.equal(screen.phone.called("login").length, 0);
    screen.faults.refuse = new Refused("token_invalid", "会话已过期");
    screen.cut();
    await waitFor(() => screen.auths.length === 3);
    assert.deepEqual([screen.auths[1]?.["token"], screen.auths[2]?.["token"], screen.auths[2]?.["wechat_code"]], ["t1", undefined, "code-1"]);
    await settle();
    assert.match(screen.text(), /暂时无法连接：会话已过期/); // once: a server that always refuses is left alone
    screen.faults.refuse = null;
    await screen.tap("reopen");
    assert.equal(screen.auths.at(-1)?.["wechat_code"], "code-2");
    assert.match(screen.text(), /智能助手为您服务/);
  });

  it("is kept for the next visit, with what was not sent", async () => {
    const storage = new Map<string, unknown>();
    screen = await open({}, sessionReady({ conversation: conversation() }), storage);
    screen.faults.down = true;
    screen.cut();
    await write(screen, "还没发出");
    screen.end();
    screen = await open({}, sessionReady({ conversation: conversation() }), storage);
    assert.equal(screen.auths[0]?.["token"], "t1");
    await waitFor(() => texts(screen).length === 1);
    assert.deepEqual(texts(screen), ["还没发出"]);
  });
});

describe("a mini-program that was hidden", () => {
  it("connects anew after a while, because WeChat has stopped its socket without a word", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    const clock = mock.method(Date, "now", Date.now);
    screen.phone.tell("hide");
    const later = Date.now() + 60_000;
    clock.mock.mockImplementation(() => later);
    screen.phone.tell("show");
    clock.mock.restore();
    await waitFor(() => screen.auths.length === 2);
    assert.equal(screen.has("line"), false);
  });

  it("keeps its line over a moment, and reads nothing while hidden", async () => {
    screen = await open({}, sessionReady({ conversation: conversation() }));
    screen.phone.tell("hide");
    screen.push("message.created", said(1, { type: "text", text: "在吗" }, { author: agent }));
    await settle();
    assert.deepEqual(screen.said("mark_read"), []);
    screen.phone.tell("show");
    await settle();
    assert.deepEqual(screen.said("mark_read"), [{ seq: 1 }]);
    assert.equal(screen.auths.length, 1);
  });
});

describe("reading back", () => {
  it("shows what is further up, then fetches it", async () => {
    const all = Array.from({ length: 90 }, (_, at) => said(at + 1, { type: "text", text: `第${at + 1}条。` }));
    const present = conversation({ last_seq: 90 });
    const page = (before: number) => all.filter(({ seq }) => seq < before).slice(-50);
    screen = await open({}, sessionReady({ conversation: present }), undefined, ({ before_seq }) => {
      const messages = page(Number(before_seq ?? 91));
      return { conversation: present, messages, earlier: (messages[0]?.seq ?? 1) > 1 };
    });
    assert.ok(screen.text().includes("第90条。"));
    assert.ok(!screen.text().includes("第50条。")); // forty at first
    await screen.tap("earlier");
    assert.ok(screen.text().includes("第41条。"));
    await screen.tap("earlier");
    assert.ok(screen.text().includes("第1条。"));
    assert.match(screen.text(), /已经是最早的消息了/);
    assert.equal(screen.has("earlier"), false);
  });

  it("tells when nothing was fetched, and tries again", async () => {
    let broken = true;
    screen = await open({}, sessionReady({ conversation: conversation() }), undefined, ({ and_earlier, before_seq }) => {
      if (!and_earlier && before_seq === undefined) return { conversation: conversation(), messages: [said(1, { type: "text", text: "本次" }, { author: own })], earlier: true };
      if (broken) throw new Refused("internal", "出错了");
      return { conversation: conversation(), messages: [said(7, { type: "text", text: "上次的话" }, { id: "c0-7", conversation_id: "c0" })], earlier: false };
    });
    await screen.tap("earlier");
    assert.match(screen.one("earlier").textContent ?? "", /没有载入，点此重试/);
    broken = false;
    await screen.tap("earlier");
    assert.match(screen.text(), /上次的话/);
    assert.match(screen.text(), /的咨询/);
  });
});

import type { MessageRead } from "@shared/contract";
import { AppError, ConnectionLost } from "@shared/errors";
import type { VisitorCommands } from "@shared/visitor";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ENDED } from "../widget/state/outbox";
import { openStore } from "../widget/state/storage";
import { createVisitor } from "../widget/state/visitor";
import { fakeLink } from "./fake-link";
import { conversation, message, sessionReady, settle } from "./samples";

const ASSIGNED = { id: "c1", status: "assigned", owner_name: "王芳" } as const;

/** A server that keeps what arrives, a client_msg_id once. `down`: no answer comes. */
function server() {
  const stored: MessageRead[] = [];
  const state = { down: false, refuse: "" };
  /** A tab of the browser; all share its storage. */
  function tab(contact = "k1", stop = new AbortController()) {
    const fake = fakeLink<VisitorCommands>(({ name, payload }) => {
      if (state.down) throw new ConnectionLost();
      if (name === "list_messages") return { conversation: null, messages: [...stored], earlier: false };
      if (name !== "send_message") return null;
      if (state.refuse) throw new AppError({ code: "refused", message: state.refuse });
      const { client_msg_id, content } = payload as { client_msg_id: string; content: { type: "text"; text: string } };
      const known = stored.find((each) => each.client_msg_id === client_msg_id);
      if (known) return known;
      const made = message(stored.length + 1, { client_msg_id, content, author: { kind: "visitor", id: "v", name: null } });
      stored.push(made);
      return made;
    });
    const visitor = createVisitor({ origin: "", inbox: "web", store: openStore("test."), link: fake.link, signal: stop.signal });
    const ready = async (extra: object = ASSIGNED) => {
      fake.push("session.ready", sessionReady({ contact, conversation: conversation(extra) }));
      await settle();
    };
    return { ...fake, visitor, ready, end: () => stop.abort() };
  }
  const texts = () => stored.map((each) => (each.content.type === "text" ? each.content.text : ""));
  return { stored, state, tab, texts };
}

const kept = () => Object.keys(localStorage).filter((key) => key.includes("unsent"));
/** The browser tells the other tabs, never the one that wrote. */
function tell(key: string, newValue: string | null): void {
  window.dispatchEvent(new StorageEvent("storage", { key, newValue }));
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.useRealTimers());

describe("messages written without a connection", () => {
  it("are sent once and in order after the page was loaded anew, and leave nothing behind", async () => {
    const { state, tab, texts } = server();
    const before = tab();
    await before.ready();
    state.down = true;
    before.visitor.send("第一句");
    before.visitor.send("第二句");
    await settle();
    expect(kept()).toHaveLength(2);
    before.end();

    const after = tab();
    expect(after.visitor.thread.drafts.value.map((each) => each.state)).toEqual(["waiting", "waiting"]);
    state.down = false;
    await after.ready();
    expect(texts()).toEqual(["第一句", "第二句"]);
    expect(after.visitor.thread.drafts.value).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("are stored once when two tabs send them", async () => {
    const { state, tab, texts } = server();
    const [one, other] = [tab(), tab()];
    await one.ready();
    await other.ready();
    state.down = true;
    one.visitor.send("只说一次");
    await settle();
    const key = kept()[0] ?? "";
    tell(key, localStorage.getItem(key));
    expect(other.visitor.thread.drafts.value).toHaveLength(1);
    state.down = false;
    await Promise.all([one.ready(), other.ready()]);
    expect(texts()).toEqual(["只说一次"]);
    expect(other.visitor.thread.drafts.value).toEqual([]);
  });

  it("are not sent again by a tab that slept while another sent them", async () => {
    const { state, tab, texts } = server();
    const asleep = tab();
    await asleep.ready();
    state.down = true;
    asleep.visitor.send("早就发出去了");
    await settle();
    localStorage.clear(); // what the other tab does after sending
    state.down = false;
    await asleep.ready();
    expect(texts()).toEqual([]);
    expect(asleep.visitor.thread.drafts.value).toEqual([]);
  });

  it("wait for their writer when the person they were for has gone, and go when told to", async () => {
    const { state, tab, texts } = server();
    const { visitor, ready } = tab();
    await ready();
    state.down = true;
    visitor.send("好的，谢谢您");
    await settle();
    state.down = false;
    await ready({ ...ASSIGNED, status: "closed", epoch: 5 });
    expect(texts()).toEqual([]);
    const [draft] = visitor.thread.drafts.value;
    expect([draft?.state, draft?.error]).toEqual(["failed", ENDED]);
    visitor.retry(draft?.client_msg_id ?? "");
    await settle();
    expect(texts()).toEqual(["好的，谢谢您"]);
  });

  it("for the bot go wherever the next conversation is", async () => {
    const { state, tab, texts } = server();
    const { visitor, ready } = tab();
    await ready({ id: "c1", status: "bot" });
    state.down = true;
    visitor.send("租房怎么提取");
    await settle();
    state.down = false;
    await ready({ id: "c1", status: "closed", epoch: 5 });
    expect(texts()).toEqual(["租房怎么提取"]);
  });

  it("are forgotten after a day", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { state, tab } = server();
    const before = tab();
    await before.ready();
    state.down = true;
    before.visitor.send("昨天的话");
    await settle();
    before.end();
    vi.setSystemTime(Date.now() + 24 * 3600_000 + 1);
    expect(tab().visitor.thread.drafts.value).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("of another citizen, broken ones and too many are not taken up", async () => {
    const { state, tab } = server();
    const first = tab("k1");
    await first.ready();
    state.down = true;
    for (let count = 0; count < 30; count++) first.visitor.send(`第${count}句`);
    await settle();
    expect(kept()).toHaveLength(20);
    first.end();
    localStorage.setItem("test.unsent.web.x", "{broken");
    localStorage.setItem("test.unsent.web.y", JSON.stringify({ contact: "k1", draft: { client_msg_id: "z", state: "odd" } }));
    localStorage.setItem("test.token.web", JSON.stringify({ token: "t", contact: "k2" }));
    expect(tab("k2").visitor.thread.drafts.value).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("that were refused stay with their reason over a reload", async () => {
    const { state, tab } = server();
    const before = tab();
    await before.ready();
    state.refuse = "消息太长了";
    before.visitor.send("长");
    await settle();
    before.end();
    const [draft] = tab().visitor.thread.drafts.value;
    expect([draft?.state, draft?.error]).toEqual(["failed", "消息太长了"]);
  });
});

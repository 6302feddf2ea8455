import type { ConversationRead, MessageRead, TextContent } from "@shared/contract";
import { AppError } from "@shared/errors";
import type { VisitorCommands } from "@shared/visitor";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../widget/state/storage";
import { createVisitor } from "../widget/state/visitor";
import { fakeLink, type Sent } from "./fake-link";
import { conversation, message, sessionReady, settle } from "./samples";

function session(state: { conversation: ConversationRead | null; messages: MessageRead[]; drafts?: boolean }) {
  const fake = fakeLink<VisitorCommands>((sent: Sent) => {
    if (sent.name === "list_messages") return state;
    if (sent.name === "send_message") {
      const { client_msg_id, content } = sent.payload as { client_msg_id: string; content: TextContent };
      return message(state.messages.length + 1, { client_msg_id, content: content as MessageRead["content"], author: { kind: "visitor", id: "v", name: null } });
    }
    return null;
  });
  const store = openStore("test.");
  const visitor = createVisitor({ origin: "", inbox: "web", store, link: fake.link });
  const ready = (contact = "k1", token = "t1") =>
    fake.push("session.ready", sessionReady({ token, contact, conversation: state.conversation, drafts: state.drafts ?? true }));
  return { ...fake, store, visitor, ready };
}

beforeEach(() => localStorage.clear());

describe("a visitor", () => {
  it("finds the conversation and its messages again", async () => {
    const { visitor, ready } = session({ conversation: conversation({ last_seq: 2 }), messages: [message(1), message(2)] });
    ready();
    await settle();
    expect(visitor.status.value).toBe("online");
    expect(visitor.thread.messages.value).toHaveLength(2);
  });

  it("keeps the token for the next visit", () => {
    const { ready, store } = session({ conversation: null, messages: [] });
    ready("k1", "t1");
    expect(JSON.parse(store.get("token.web") ?? "")).toEqual({ token: "t1", contact: "k1" });
  });

  it("follows the citizen another tab became first", () => {
    const { visitor, ready, store, link } = session({ conversation: null, messages: [] });
    store.set("token.web", JSON.stringify({ token: "other", contact: "k2" }));
    ready("k1", "t1");
    expect(link.reopen).toHaveBeenCalledOnce();
    expect(visitor.status.value).not.toBe("online");
    expect(JSON.parse(store.get("token.web") ?? "").contact).toBe("k2");
  });

  it("does not reconnect when another tab only renewed the token of the same citizen", () => {
    const { ready, store, link } = session({ conversation: null, messages: [] });
    ready("k1", "t1");
    store.set("token.web", JSON.stringify({ token: "t1-renewed", contact: "k1" }));
    ready("k1", "t2");
    expect(link.reopen).not.toHaveBeenCalled();
  });

  it("keeps the place when a page read before the handoff comes after it", async () => {
    const state = { conversation: null as ConversationRead | null, messages: [] as MessageRead[] };
    const { visitor, ready, push } = session(state);
    ready();
    await settle();
    push("queue.updated", { conversation_id: "c1", position: 1, ahead: 0, eta_seconds: null });
    push("conversation.updated", conversation({ id: "c1", status: "bot", epoch: 0 }));
    push("conversation.updated", conversation({ id: "c1", status: "queued", epoch: 1 }));
    expect(visitor.queue.value?.position).toBe(1);
  });

  it("knows the place in the queue that was told before the conversation", async () => {
    const { visitor, ready, push } = session({ conversation: null, messages: [] });
    ready();
    push("queue.updated", { conversation_id: "c1", position: 2, ahead: 1, eta_seconds: null });
    expect(visitor.queue.value).toBeNull();
    push("conversation.updated", conversation({ id: "c1", status: "queued", epoch: 1 }));
    expect(visitor.queue.value?.position).toBe(2);
    push("conversation.updated", conversation({ id: "c1", status: "bot", epoch: 2 }));
    push("conversation.updated", conversation({ id: "c1", status: "queued", epoch: 3 }));
    expect(visitor.queue.value).toBeNull();
  });

  it("does not show the bot at work once people are asked for", () => {
    const { visitor, ready, push } = session({ conversation: conversation({ id: "c1" }), messages: [] });
    ready();
    push("typing.updated", { conversation_id: "c1", author: "bot", on: true, name: null });
    expect(visitor.typing.value?.author).toBe("bot");
    push("conversation.updated", conversation({ id: "c1", status: "queued", epoch: 1 }));
    expect(visitor.typing.value).toBeNull();
  });

  it("says who types, and lets go of it after six seconds without a word", () => {
    vi.useFakeTimers();
    const { visitor, ready, push } = session({ conversation: conversation({ id: "c1", status: "assigned" }), messages: [] });
    ready();
    push("typing.updated", { conversation_id: "c1", author: "agent", on: true, name: "王芳" });
    expect(visitor.typing.value?.name).toBe("王芳");
    vi.advanceTimersByTime(6_000);
    expect(visitor.typing.value).toBeNull();
    vi.useRealTimers();
  });

  it("sends what is being written only where the inbox wants it, and no more than the end of it", () => {
    for (const drafts of [true, false]) {
      const { visitor, ready, sent } = session({ conversation: conversation({ id: "c1", status: "assigned" }), messages: [], drafts });
      ready();
      visitor.setTyping(true, "x".repeat(300));
      const said = sent.filter((each) => each.name === "set_typing").map((each) => each.payload);
      expect(said).toEqual([{ on: true, ...(drafts ? { draft: "x".repeat(200) } : {}) }]);
    }
  });

  it("drops a token that the server refuses, once", () => {
    const { ready, status, link, store } = session({ conversation: null, messages: [] });
    ready();
    const refusal = new AppError({ code: "token_invalid", message: "会话凭证已失效" });
    status("refused", refusal);
    status("refused", refusal);
    expect(store.get("token.web")).toBeNull();
    expect(link.reopen).toHaveBeenCalledOnce();
  });

  it("learns about its first conversation from the first message", async () => {
    const state = { conversation: null as ConversationRead | null, messages: [] as MessageRead[] };
    const { visitor, ready, push } = session(state);
    ready();
    await settle();
    const first = message(1, { author: { kind: "visitor", id: "v", name: null } });
    Object.assign(state, { conversation: conversation({ last_seq: 1 }), messages: [first] });
    push("message.created", first);
    await settle();
    expect(visitor.conversation.value?.id).toBe("c1");
    expect(visitor.thread.messages.value).toHaveLength(1);
  });

  it("keeps the words of the closed conversation above a new one", async () => {
    const state = { conversation: conversation({ last_seq: 1, status: "closed" }), messages: [message(1)] };
    const { visitor, ready, push } = session(state);
    ready();
    await settle();
    const next = message(1, { conversation_id: "c2", author: { kind: "visitor", id: "v", name: null } });
    Object.assign(state, { conversation: conversation({ id: "c2", last_seq: 1 }), messages: [next] });
    push("message.created", next);
    await settle();
    expect(visitor.archived.value.map((each) => each.conversation_id)).toEqual(["c1"]);
    expect(visitor.thread.messages.value.map((each) => each.conversation_id)).toEqual(["c2"]);
    expect(visitor.phase.value).toBe("bot");
  });

  it("ignores a state older than the one it knows", async () => {
    const { visitor, ready, push } = session({ conversation: conversation({ epoch: 3, status: "assigned" }), messages: [] });
    ready();
    await settle();
    push("conversation.updated", conversation({ epoch: 2, status: "queued" }));
    expect(visitor.phase.value).toBe("assigned");
  });
});

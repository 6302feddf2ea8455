import type { MessageRead } from "@shared/contract";
import { AppError, ConnectionLost } from "@shared/errors";
import { createThread, type Draft, type PageQuery } from "@shared/thread";
import { describe, expect, it } from "vitest";

/** A server that stores like the real one: one seq per message, a client_msg_id once, holes for private notes. */
function fakeServer() {
  const stored: MessageRead[] = [];
  const queries: PageQuery[] = [];
  let refuse: Error | null = null;

  function store(text: string, extra: Partial<MessageRead> = {}): MessageRead {
    const seq = (stored.at(-1)?.seq ?? 0) + 1;
    const message: MessageRead = {
      id: `m${seq}`,
      conversation_id: "c1",
      seq,
      author: { kind: "bot", id: null, name: null },
      content: { type: "text", text },
      client_msg_id: null,
      private: false,
      created_at: "2026-01-01T00:00:00Z",
      helpful: null,
      citations: null,
      ...extra,
    };
    stored.push(message);
    return message;
  }

  return {
    store,
    stored,
    queries,
    fail: (error: Error | null) => (refuse = error),
    ports: {
      async list(query: PageQuery): Promise<MessageRead[]> {
        queries.push(query);
        const visible = stored.filter((message) => !message.private);
        const limit = query.limit ?? 50;
        if (query.after_seq !== undefined) {
          const after = query.after_seq;
          return visible.filter((message) => message.seq > after).slice(0, limit);
        }
        const before = query.before_seq ?? Infinity;
        return visible.filter((message) => message.seq < before).slice(-limit);
      },
      async send(draft: Draft): Promise<MessageRead> {
        if (refuse) throw refuse;
        const known = stored.find((message) => message.client_msg_id === draft.client_msg_id);
        return (
          known ??
          store("", {
            content: draft.content,
            client_msg_id: draft.client_msg_id,
            author: { kind: "visitor", id: "v", name: null },
          })
        );
      },
    },
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const seqs = (messages: MessageRead[]) => messages.map((message) => message.seq);

describe("a thread", () => {
  it("puts messages in order of seq and keeps one of each", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    const [first, second] = [server.store("one"), server.store("two")];
    await thread.sync();
    thread.receive(second);
    thread.receive(first);
    expect(seqs(thread.messages.value)).toEqual([1, 2]);
  });

  it("fetches what it missed when a message arrives ahead of its turn", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.store("one");
    await thread.sync();
    server.store("missed");
    thread.receive(server.store("three"));
    await settle();
    expect(seqs(thread.messages.value)).toEqual([1, 2, 3]);
  });

  it("asks once for a hole that belongs to a private note, not at every message after it", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.store("one");
    await thread.sync();
    server.store("note", { private: true });
    thread.receive(server.store("three"));
    await settle();
    const asked = server.queries.length;
    thread.receive(server.store("four"));
    await settle();
    expect(seqs(thread.messages.value)).toEqual([1, 3, 4]);
    expect(server.queries.length).toBe(asked);
  });

  it("fetches a gap longer than a page completely", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.store("first");
    await thread.sync();
    for (let count = 0; count < 120; count++) server.store(`line ${count}`);
    await thread.sync();
    expect(thread.messages.value.length).toBe(121);
  });

  it("loads earlier pages until the beginning", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    for (let count = 0; count < 70; count++) server.store(`line ${count}`);
    await thread.sync();
    expect(thread.hasEarlier.value).toBe(true);
    await thread.loadEarlier();
    expect(thread.messages.value.length).toBe(70);
    expect(thread.hasEarlier.value).toBe(false);
  });
});

describe("sending", () => {
  it("shows the message at once and replaces it when the server has stored it", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    thread.send("你好");
    expect(thread.drafts.value).toHaveLength(1);
    await settle();
    expect(thread.drafts.value).toHaveLength(0);
    expect(thread.messages.value.map((message) => message.content)).toEqual([{ type: "text", text: "你好" }]);
  });

  it("waits while the line is down, then sends in order and stores each once", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.fail(new ConnectionLost());
    thread.send("一");
    thread.send("二");
    await settle();
    expect(thread.drafts.value.map((draft) => draft.state)).toEqual(["waiting", "waiting"]);
    server.fail(null);
    await Promise.all([thread.flush(), thread.flush()]);
    expect(server.stored.map((message) => message.content)).toEqual([
      { type: "text", text: "一" },
      { type: "text", text: "二" },
    ]);
  });

  it("does not store a message twice whose ack was lost", async () => {
    const server = fakeServer();
    let acksLost = 1;
    const thread = createThread({
      ...server.ports,
      async send(draft) {
        const message = await server.ports.send(draft);
        if (acksLost-- > 0) throw new ConnectionLost();
        return message;
      },
    });
    thread.send("一次");
    await settle();
    await thread.flush();
    expect(server.stored).toHaveLength(1);
    expect(thread.drafts.value).toHaveLength(0);
  });

  it("keeps a refused message with its reason and sends the next one all the same", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.fail(new AppError({ code: "message_too_long", message: "消息太长了" }));
    thread.send("长");
    await settle();
    server.fail(null);
    thread.send("短");
    await settle();
    expect(thread.drafts.value.map(({ state, error }) => ({ state, error }))).toEqual([
      { state: "failed", error: "消息太长了" },
    ]);
    expect(server.stored).toHaveLength(1);
  });

  it("keeps what is being sent when another conversation begins", async () => {
    const server = fakeServer();
    const thread = createThread(server.ports);
    server.store("old");
    await thread.sync();
    server.fail(new ConnectionLost());
    thread.send("新的问题");
    await settle();
    thread.reset();
    expect(thread.messages.value).toEqual([]);
    expect(thread.drafts.value).toHaveLength(1);
  });
});

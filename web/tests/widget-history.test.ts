import type { ConversationRead, MessageRead, VisitorPayloads } from "@shared/contract";
import type { VisitorCommands } from "@shared/visitor";
import { beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../widget/state/storage";
import { createVisitor } from "../widget/state/visitor";
import { fakeLink } from "./fake-link";
import { conversation, message, sessionReady, settle } from "./samples";

/** A server with the citizen's conversations: `talks` holds how many messages each has, the last one is the present. */
function session(talks: Record<string, number>, present: Partial<ConversationRead> = {}) {
  const all = Object.entries(talks).flatMap(([id, count]) =>
    Array.from({ length: count }, (_, place) => message(place + 1, { conversation_id: id })),
  );
  const latest = Object.keys(talks).at(-1) ?? "";
  const comes = (one: MessageRead, id: string, seq: number) =>
    one.conversation_id < id || (one.conversation_id === id && one.seq < seq);
  const fake = fakeLink<VisitorCommands>(({ name, payload }) => {
    if (name !== "list_messages") return null;
    const query = payload as VisitorPayloads["list_messages"];
    const id = query.conversation_id ?? latest;
    const seen = all.filter((each) => query.and_earlier || each.conversation_id === id);
    const before = seen.filter((each) => comes(each, id, query.before_seq ?? Infinity));
    const messages = query.after_seq != null ? seen.filter((each) => each.seq > (query.after_seq ?? 0)) : before.slice(-(query.limit ?? 50));
    const first = messages[0];
    const earlier = first ? all.some((each) => comes(each, first.conversation_id, first.seq)) : false;
    return { conversation: conversation({ id, ...present }), messages, earlier };
  });
  const visitor = createVisitor({ origin: "", inbox: "web", store: openStore("test."), link: fake.link });
  const ready = (contact = "k1") =>
    fake.push("session.ready", sessionReady({ contact, conversation: conversation({ id: latest, ...present }) }));
  const places = () => visitor.history.messages.value.map((each) => `${each.conversation_id}.${each.seq}`);
  return { ...fake, visitor, ready, places };
}

beforeEach(() => localStorage.clear());

describe("reading back", () => {
  it("goes through the conversation, then the earlier ones, to the first word", async () => {
    const { visitor, ready, places } = session({ c1: 30, c2: 3, c3: 70 });
    ready();
    await settle();
    let pages = 1;
    while (visitor.history.hasEarlier.value) {
      await visitor.history.loadEarlier();
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(places()).toHaveLength(103);
    expect(places()[0]).toBe("c1.1");
    expect(places().slice(29, 35)).toEqual(["c1.30", "c2.1", "c2.2", "c2.3", "c3.1", "c3.2"]);
    await visitor.history.loadEarlier();
    expect(places()).toHaveLength(103);
  });

  it("does not bring a page in twice that was asked for twice", async () => {
    const { visitor, ready, places } = session({ c1: 10, c2: 5 });
    ready();
    await settle();
    await Promise.all([visitor.history.loadEarlier(), visitor.history.loadEarlier()]);
    expect(places()).toHaveLength(15);
  });

  it("keeps what was read back when another conversation begins", async () => {
    const { visitor, ready, push, places } = session({ c1: 4, c2: 2 });
    ready();
    await settle();
    await visitor.history.loadEarlier();
    push("message.created", message(1, { conversation_id: "c3" }));
    await settle();
    expect(places()).toEqual(["c1.1", "c1.2", "c1.3", "c1.4", "c2.1", "c2.2", "c3.1"]);
    expect(visitor.history.hasEarlier.value).toBe(false);
  });

  it("shows that a message of an earlier conversation was changed, and takes in none it has not", async () => {
    const { visitor, ready, push, places } = session({ c1: 4, c2: 2 });
    ready();
    await settle();
    await visitor.history.loadEarlier();
    push("message.updated", message(2, { conversation_id: "c1", helpful: true }));
    push("message.updated", message(9, { conversation_id: "c2" }));
    await settle();
    expect(visitor.history.messages.value[1]?.helpful).toBe(true);
    expect(places()).toHaveLength(6);
  });

  it("shows nothing of one citizen to the next", async () => {
    const { visitor, ready, push, places } = session({ c1: 4, c2: 2 });
    ready();
    await settle();
    await visitor.history.loadEarlier();
    push("session.ready", sessionReady({ contact: "k2", token: "t2", conversation: null }));
    await settle();
    expect(places()).toEqual([]);
    expect(visitor.conversation.value).toBeNull();
  });
});

describe("what is unread", () => {
  it("is what others said since any window read, and lines about the conversation do not count", async () => {
    const { visitor, ready, push } = session({ c1: 2 }, { visitor_read_seq: 2 });
    ready();
    await settle();
    push("message.created", message(3));
    push("message.created", message(4, { author: { kind: "visitor", id: "v", name: null } }));
    push("message.created", message(5, { content: { type: "activity", kind: "claim", text: "已接入", data: {} } }));
    push("message.created", message(6));
    expect(visitor.unread.value).toBe(2);
    push("message.updated", message(6, { helpful: true }));
    expect(visitor.unread.value).toBe(2);
    push("conversation.updated", conversation({ id: "c1", visitor_read_seq: 6 }));
    expect(visitor.unread.value).toBe(0);
  });
});

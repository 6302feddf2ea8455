import type { AgentCommands } from "@shared/agent";
import type { ConversationRead } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Account, AgentRead, Presence } from "../console/api/types";
import { createDesk } from "../console/state/desk";
import { fakeLink } from "./fake-link";
import { conversation, message, settle } from "./samples";

vi.mock("../console/state/sound", () => ({ useSound: () => ({ play: () => undefined }) }));

const LI: Account = { id: "li", login: "li", name: "李敏", role: "agent", scope: "group", permissions: [] };

/** The HTTP side: what lists answer, changed by the tests as if on the server. */
const server = { mine: [] as ConversationRead[], queued: [] as ConversationRead[], presence: "online" as Presence, by: "agent" as AgentRead["by"], ratings: [] as number[] };

function answer(url: string): unknown {
  if (url.includes("/agents")) {
    const me: AgentRead = { ...LI, role: "agent", status: server.presence, active: 0, capacity: 5, groups: [], reason: "", since: null, by: server.by };
    return [me];
  }
  if (url.includes("/context")) return { contact: null, handoff: null, earlier: [], tickets: [], ratings: server.ratings };
  if (url.includes("/messages")) return { items: [message(1)], next: null };
  const items = url.includes("section=mine") ? server.mine : server.queued;
  return { items: items.map((each) => ({ ...each, unread: 1 })), next: null, waiting: 0 };
}

function openDesk() {
  const fake = fakeLink<AgentCommands>(({ name, payload }) => {
    if (name === "set_presence") {
      server.presence = (payload as { status: Presence }).status;
      return { agent_id: "li", status: server.presence, active: 0, capacity: 5 };
    }
    if (name === "join_conversation") return server.mine[0];
    return null;
  });
  return { ...fake, desk: createDesk(LI, fake.link) };
}

beforeEach(() => {
  Object.assign(server, { mine: [], queued: [], presence: "online", by: "agent", ratings: [] });
  vi.stubGlobal("fetch", async (url: string) => new Response(JSON.stringify(answer(url))));
});

const mine = (extra: Partial<ConversationRead> = {}) =>
  conversation({ status: "assigned", owner_id: "li", epoch: 2, ...extra });

describe("the desk", () => {
  it("fetches its lists whenever the line stands again", async () => {
    const { desk, status } = openDesk();
    server.mine = [mine()];
    status("online");
    await settle();
    expect(desk.lists.value.mine.map((each) => each.id)).toEqual(["c1"]);
    server.mine = [];
    server.queued = [conversation({ id: "c2", status: "queued" })];
    status("offline");
    status("online");
    await settle();
    expect(desk.lists.value.mine).toEqual([]);
    expect(desk.lists.value.queued.map((each) => each.id)).toEqual(["c2"]);
  });

  it("says again that the agent is there when an outage has ended the presence", async () => {
    const { desk, status, sent } = openDesk();
    status("online");
    await settle();
    await desk.setPresence({ status: "rest", reason: "lunch" });
    Object.assign(server, { presence: "offline", by: "system" });
    status("online");
    await settle();
    const said = sent.filter(({ name }) => name === "set_presence").map(({ payload }) => payload);
    expect(said).toEqual([{ status: "rest", reason: "lunch" }, { status: "rest", reason: "lunch" }]);
    expect(desk.presence.value).toBe("rest");
  });

  it("stays offline when a supervisor said so, and leaves wrap-up time alone", async () => {
    const { desk, status, sent } = openDesk();
    status("online");
    await settle();
    await desk.setPresence({ status: "online" });
    for (const [presence, by] of [["offline", "supervisor"], ["wrap_up", "agent"]]) {
      Object.assign(server, { presence, by });
      status("online");
      await settle();
    }
    expect(sent.filter(({ name }) => name === "set_presence")).toHaveLength(1);
    expect(desk.presence.value).toBe("wrap_up");
  });

  it("does not bring an agent online who has not said so", async () => {
    server.presence = "offline";
    const { desk, status, sent } = openDesk();
    status("online");
    await settle();
    expect(sent).toEqual([]);
    expect(desk.presence.value).toBe("offline");
  });

  it("moves a conversation by its newest state and ignores older ones", async () => {
    const { desk, push } = openDesk();
    const place = { queued_at: "2026-01-01T00:00:00Z", order_at: "2026-01-01T00:00:00Z", priority: 0, group_id: null, category: null };
    push("conversation.queued", { conversation: conversation({ status: "queued", epoch: 1 }), waiting: 1, place });
    expect(desk.lists.value.queued).toHaveLength(1);
    push("conversation.updated", mine());
    push("conversation.updated", conversation({ status: "queued", epoch: 1 }));
    expect(desk.lists.value.queued).toEqual([]);
    expect(desk.lists.value.mine).toHaveLength(1);
  });

  it("lists who waits in the order of the server's queue", () => {
    const { desk, push } = openDesk();
    const waits = (id: string, since: string, order: string, priority = 0) =>
      push("conversation.queued", {
        conversation: conversation({ id, status: "queued", epoch: 1, updated_at: since }),
        waiting: 1,
        place: { queued_at: since, order_at: order, priority, group_id: null, category: null },
      });
    waits("late", "2026-01-01T00:05:00Z", "2026-01-01T00:05:00Z");
    waits("early", "2026-01-01T00:01:00Z", "2026-01-01T00:01:00Z");
    waits("urgent", "2026-01-01T00:09:00Z", "2026-01-01T00:00:00Z", 5);
    expect(desk.lists.value.queued.map((each) => each.id)).toEqual(["urgent", "early", "late"]);
  });

  it("counts what citizens write in conversations that are not open, and forgets it on opening", async () => {
    const { desk, push, status } = openDesk();
    server.mine = [mine()];
    status("online");
    await settle();
    push("message.created", message(2, { author: { kind: "visitor", id: "v", name: null } }));
    expect(desk.unreadTotal.value).toBe(2); // one from the list, one just now
    await desk.opened.select("c1");
    expect(desk.unreadTotal.value).toBe(0);
  });

  it("shows beside the thread what a line about the conversation's life brings", async () => {
    const { desk, push, status } = openDesk();
    server.mine = [mine()];
    status("online");
    await settle();
    await desk.opened.select("c1");
    expect(desk.opened.context.value?.ratings).toEqual([]);
    server.ratings = [5];
    push("message.created", message(2, { author: { kind: "visitor", id: "v", name: null } }));
    await settle();
    expect(desk.opened.context.value?.ratings).toEqual([]); // words alone are not worth a question
    const rated = { type: "activity" as const, kind: "rated", text: "市民评价：非常满意", data: {} };
    push("message.created", message(3, { author: { kind: "system", id: null, name: null }, content: rated, private: true }));
    await settle();
    expect(desk.opened.context.value?.ratings).toEqual([5]);
  });
});

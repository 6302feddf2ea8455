import type { AgentCommands } from "@shared/agent";
import type { TeamUpdated, WallAgent } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { refusalOf } from "../console/state/colleagues";
import { createTeam, type TeamNews } from "../console/state/team";
import { sortedAgents } from "../console/state/wall";
import { fakeLink } from "./fake-link";
import { conversation, settle } from "./samples";

const server = { mine: [] as TeamUpdated[] };
const AT = "2026-01-01T00:00:00Z";

const team = (extra: Partial<TeamUpdated> = {}): TeamUpdated => ({
  conversation_id: "c1", epoch: 2, owner_id: "wang", participants: [], transfer: null, return_to: null,
  return_to_name: null, ...extra,
});
const offer = (to: string): TeamUpdated["transfer"] => ({
  id: "t1", epoch: 2, from_agent: "wang", from_name: "王芳", to_agent: to, to_group: null, to_name: "李敏", note: "",
  expires_at: AT,
});
const beside = (agent_id: string, state: "asked" | "invited" | "joined") => ({ agent_id, name: agent_id, state, at: AT });

function open(known = new Map([["c1", conversation({ epoch: 2 })]])) {
  const news: TeamNews[] = [];
  const fake = fakeLink<AgentCommands>(() => null);
  return { ...fake, known, news, team: createTeam("li", fake.link, known, (each) => news.push(each)) };
}

beforeEach(() => {
  server.mine = [];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(server.mine)));
});

describe("working together", () => {
  it("shows what waits for my word: an offer, a request at my conversation, an invitation", () => {
    const { team: state, push } = open();
    push("team.updated", team({ transfer: offer("li") }));
    push("team.updated", team({ conversation_id: "c2", owner_id: "li", participants: [beside("zhao", "asked")] }));
    push("team.updated", team({ conversation_id: "c3", participants: [beside("li", "invited"), beside("zhao", "asked")] }));
    expect(state.asked.value.map(({ kind, id }) => [kind, id])).toEqual([["offer", "c1"], ["ask", "c2"], ["invitation", "c3"]]);
  });

  it("drops an offer whose conversation has gone another way, and one made to somebody else", () => {
    const { team: state, push, known } = open();
    push("team.updated", team({ transfer: offer("zhao") }));
    expect(state.asked.value).toEqual([]);
    known.set("c1", conversation({ epoch: 3 }));
    push("team.updated", team({ transfer: offer("li") }));
    expect(state.of("c1")).toBeNull();
    expect(state.asked.value).toEqual([]);
  });

  it("ignores what is older than what it knows", () => {
    const { team: state, push } = open(new Map());
    push("team.updated", team({ epoch: 3 }));
    push("team.updated", team({ epoch: 2, transfer: offer("li") }));
    expect(state.of("c1")?.epoch).toBe(3);
  });

  it("listens to what one has joined, once and again after every drop of the line", async () => {
    const { push, status, sent } = open();
    const joined = team({ participants: [beside("li", "joined")] });
    push("team.updated", joined);
    push("team.updated", joined);
    expect(sent).toEqual([{ name: "join_conversation", payload: { conversation_id: "c1" } }]);
    server.mine = [joined];
    status("online");
    await settle();
    await settle();
    expect(sent).toHaveLength(2);
  });

  it("forgets after a drop what no longer concerns anybody", async () => {
    const { team: state, push, status } = open();
    push("team.updated", team({ transfer: offer("li") }));
    status("online");
    await settle();
    await settle();
    expect(state.asked.value).toEqual([]);
  });

  it("tells of alerts that concern working together, and of no others", () => {
    const { push, news } = open();
    push("alert.raised", { code: "answer_overdue", message: "等待回复已超过 3 分钟", details: { conversation_id: "c1" } });
    push("alert.raised", { code: "transfer_declined", message: "李敏没有接受转接。", details: { conversation_id: "c1" } });
    expect(news.map(({ code, conversation_id }) => [code, conversation_id])).toEqual([["transfer_declined", "c1"]]);
  });
});

describe("who can be handed a conversation", () => {
  it.each([
    ["online", 0, null], ["busy", 4, null], ["wrap_up", 0, null], ["rest", 0, "rest"], ["offline", 9, "offline"], ["online", 5, "full"],
  ] as const)("%s with %i", (status, active, why) => expect(refusalOf({ status, active, capacity: 5 })).toBe(why));
});

describe("the agents of the wall", () => {
  const agent = (name: string, extra: Partial<WallAgent>): WallAgent => ({
    id: name, name, status: "online", reason: "", since: AT, active: 0, capacity: 5, groups: [], unanswered: 0,
    unanswered_since: null, ...extra,
  });
  const agents = [
    agent("a", { status: "offline" }), agent("b", { active: 12, unanswered_since: "2026-01-01T00:05:00Z" }),
    agent("c", { active: 3, unanswered_since: "2026-01-01T00:01:00Z" }),
  ];
  const order = (...how: [Parameters<typeof sortedAgents>[1], boolean]) => sortedAgents(agents, ...how).map(({ name }) => name).join("");

  it("sorts by number and by time, most and longest first, and the other way round", () => {
    expect(order("active", false)).toBe("bca");
    expect(order("active", true)).toBe("acb");
    expect(order("unanswered_since", false)).toBe("cba");
    expect(order("status", false)).toBe("bca");
  });
});

// Events applied to the old state give the state that is fetched. The stories are of the real server:
// tests/integration/handoff/test_desk_replay.py makes new ones; alone this looks at one that was kept.
import { readFileSync } from "node:fs";
import type { ConversationItem, ServerEvents } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AgentCommands } from "@shared/agent";
import type { Account } from "../console/api/types";
import { createDesk } from "../console/state/desk";
import { fakeLink } from "./fake-link";
import { settle } from "./samples";

vi.mock("../console/state/sound", () => ({ useSound: () => ({ play: () => undefined }) }));

type Lists = Record<"mine" | "queued", ConversationItem[]>;
interface Story {
  me: string;
  supervises: boolean;
  before: Lists;
  events: { name: keyof ServerEvents; payload: never }[];
  after: Lists;
}

// vitest runs in the folder web/.
const file = process.env["BANGBAN_REPLAY"] ?? "tests/data/desk-stories.json";
const stories = JSON.parse(readFileSync(file, "utf-8")) as Story[];

let fetched: Lists = { mine: [], queued: [] };

function answer(url: string): unknown {
  const section = /section=(\w+)/.exec(url)?.[1];
  if (section) return { items: fetched[section as keyof Lists] ?? [], next: null, waiting: 0 };
  return [];
}

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string) => new Response(JSON.stringify(answer(url))));
});

/** What the lists show. Of who waits no desk hears what he writes, before it opens the conversation. */
function mine(one: Partial<ConversationItem>, unread: number) {
  const { id, status, owner_id, epoch, last_seq, preview, contact_name } = one;
  const waits = Boolean(one.waiting_since);
  return { id, status, owner_id, epoch, last_seq, preview, contact_name, waits, unread };
}

function queued(one: Partial<ConversationItem>) {
  const { id, status, owner_id, epoch, contact_name, order_at, priority, group_id } = one;
  return { id, status, owner_id, epoch, contact_name, order_at, priority, group_id };
}

async function open(story: Story) {
  const account: Account = {
    id: story.me, login: "a", name: "a", role: story.supervises ? "supervisor" : "agent",
    scope: story.supervises ? "all" : "group",
    permissions: story.supervises ? ["conversation.supervise"] : [],
  } as unknown as Account;
  const fake = fakeLink<AgentCommands>(() => null);
  const desk = createDesk(account, fake.link);
  fake.status("online");
  await settle();
  return { ...fake, desk };
}

function shown({ desk }: Awaited<ReturnType<typeof open>>) {
  const { parts } = desk.sections;
  const byId = (a: { id?: string | undefined }, b: { id?: string | undefined }) => (a.id ?? "").localeCompare(b.id ?? "");
  return {
    mine: parts.value.mine.map((one) => mine(one, desk.unread.get(one.id) ?? 0)).sort(byId),
    queued: parts.value.queued.map(queued),
  };
}

describe("the desk's store", () => {
  it.each(stories.map((story, place) => ({ story, place })))(
    "knows by events what it would fetch (story $place)",
    async ({ story }) => {
      fetched = story.before;
      const lived = await open(story);
      for (const event of story.events) lived.push(event.name, event.payload);
      fetched = story.after;
      const fresh = await open(story);
      expect(shown(lived)).toEqual(shown(fresh));
    },
  );
});

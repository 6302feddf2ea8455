// Hot questions: the order of pins; the record of questions: its days.
import type { HotPage, HotPins, HotRead } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { moved, useHot } from "../console/state/hot";
import { lastDays } from "../console/state/questionLog";

const asked = vi.hoisted(() => [] as HotPins[]);
const answer = vi.hoisted(() => ({ page: {} as HotPage }));
vi.mock("../console/api", () => ({
  hot: {
    read: () => Promise.resolve(answer.page),
    pin: (pins: HotPins) => {
      asked.push(pins);
      return Promise.resolve(answer.page);
    },
  },
  questions: {},
}));

const row = (key: string, pinned: boolean): HotRead => ({ article_id: key, key, question: key, conversations: 1, tapped: 0, pinned });

function page(changes: Partial<HotPage> = {}): HotPage {
  return {
    inbox: null, days: 7, count: 5, own_pins: false, pins: ["a", "gone", "b", "c"], candidates: [], lapsed: ["gone"], inboxes: [],
    items: [row("a", true), row("b", true), row("c", true), row("d", false)], ...changes,
  };
}

beforeEach(() => {
  asked.length = 0;
  answer.page = page();
});

describe("pins", () => {
  it("change places", () => {
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a"], 3, 0)).toEqual(["a"]);
  });

  it("are moved among those that are shown; one that is not keeps its place", async () => {
    const hot = useHot();
    await hot.load();
    await hot.move(2, 0);
    expect(asked[0]?.pins).toEqual(["c", "gone", "a", "b"]);
  });

  it("of an inbox begin with those of all, and are given up again", async () => {
    const hot = useHot();
    hot.inbox.value = "web";
    await hot.load();
    await hot.pin("d");
    await hot.follow();
    expect(asked).toEqual([
      { inbox: "web", pins: ["a", "gone", "b", "c", "d"] },
      { inbox: "web", pins: null },
    ]);
  });

  it("are left alone when only the number of days changes", async () => {
    const hot = useHot();
    hot.inbox.value = "web";
    await hot.load();
    await hot.set({ days: 30 });
    expect(asked[0]).toEqual({ inbox: "web", pins: null, days: 30 });
  });

  it("of an inbox chosen meanwhile are not replaced by an answer for the one before", async () => {
    const hot = useHot();
    const first = hot.load();
    hot.inbox.value = "wx";
    await first;
    expect(hot.page.value).toBeNull();
  });
});

it("the last thirty days are those of China", () => {
  expect(lastDays(new Date("2026-11-22T16:30:00Z"))).toEqual({ first: "2026-10-25", last: "2026-11-23" });
});

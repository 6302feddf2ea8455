import type { MessageRead } from "@shared/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";
import { createTitle, watchNews } from "../widget/state/alerts";
import { openStore } from "../widget/state/storage";
import type { Visitor } from "../widget/state/visitor";
import { fakeLink } from "./fake-link";
import { message } from "./samples";

const AGENT = { kind: "agent", id: "a", name: "王芳" } as const;
const SIGN = "【新消息】";

/** A tab of the browser; `hidden`: another one is in front. */
function tab(hidden = true) {
  Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  const fake = fakeLink(() => null);
  const stop = new AbortController();
  const [unread, watching, muted] = [ref(0), ref(false), ref(false)];
  const ring = vi.fn(async () => undefined);
  const visitor = { link: fake.link, store: openStore("test."), unread, watching } as unknown as Visitor;
  watchNews({ visitor, muted, sign: SIGN, signal: stop.signal }, ring);
  const arrive = (given: MessageRead) => {
    if (given.author.kind !== "visitor") unread.value += 1;
    fake.push("message.created", given);
  };
  return { unread, watching, muted, ring, arrive, stop: () => stop.abort() };
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  document.title = "办事大厅";
});
afterEach(() => vi.useRealTimers());

describe("a new message while nobody looks", () => {
  it("rings in one of the tabs", () => {
    const tabs = [tab(false), tab(false), tab(false)];
    for (const each of tabs) each.arrive(message(1, { author: AGENT }));
    vi.advanceTimersByTime(500);
    expect(tabs.map((each) => each.ring.mock.calls.length)).toEqual([1, 0, 0]);
    for (const each of tabs) each.stop();
  });

  it("shows in the title until somebody has read it", async () => {
    const { unread, arrive, stop } = tab();
    arrive(message(1, { author: AGENT }));
    const seen = [500, 1_000, 1_000].map((pause) => {
      vi.advanceTimersByTime(pause);
      return document.title;
    });
    expect(seen).toEqual([`${SIGN}办事大厅`, "办事大厅", `${SIGN}办事大厅`]);
    unread.value = 0;
    await nextTick();
    vi.advanceTimersByTime(5_000);
    expect(document.title).toBe("办事大厅");
    stop();
  });

  it("is silent when muted, when it was read in another tab, and for one's own words", () => {
    const muted = tab();
    muted.muted.value = true;
    muted.arrive(message(1, { author: AGENT }));
    const read = tab();
    read.arrive(message(2, { author: AGENT }));
    read.unread.value = 0;
    const own = tab();
    own.unread.value = 1;
    own.arrive(message(3, { author: { kind: "visitor", id: "v", name: null } }));
    const looking = tab(false);
    looking.watching.value = true;
    looking.arrive(message(4, { author: AGENT }));
    vi.advanceTimersByTime(1_000);
    for (const each of [muted, read, own, looking]) {
      expect(each.ring).not.toHaveBeenCalled();
      each.stop();
    }
  });

  it("leaves alone a title that the page has changed meanwhile", () => {
    const title = createTitle(SIGN);
    title.blink();
    document.title = "第 2 步";
    vi.advanceTimersByTime(1_000);
    expect(document.title).toBe(`${SIGN}第 2 步`);
    title.stop();
    expect(document.title).toBe("第 2 步");
  });
});

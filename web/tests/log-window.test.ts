import { createThread } from "@shared/thread";
import { describe, expect, it } from "vitest";
import { nextTick, ref } from "vue";
import { MOST_SHOWN, useLogWindow } from "@shared/logWindow";
import { message } from "./samples";

const ALL = 10_000;

/** A box that says how far it is scrolled; jsdom lays nothing out. */
function box(top: number, height = 100_000) {
  const made = document.createElement("div");
  Object.defineProperties(made, { scrollHeight: { value: height }, clientHeight: { value: 600 } });
  made.scrollTop = top;
  return made;
}

async function long(count = ALL) {
  const stored = Array.from({ length: count }, (_, place) => message(place + 1));
  const thread = createThread({
    list: async ({ before_seq = Infinity, limit = 50 }) => stored.filter((each) => each.seq < before_seq).slice(-limit),
    send: async () => Promise.reject(new Error("nobody sends")),
  });
  await thread.sync();
  const area = ref<HTMLElement | null>(box(100_000 - 600));
  const view = useLogWindow(thread, area, (failure) => {
    throw failure;
  });
  await view.toEnd(); // as the page does when it is there
  const scroll = async (top: number) => {
    area.value = box(top);
    view.measure();
    await view.moving.value;
    await nextTick();
  };
  return { thread, view, scroll, area };
}

const seqs = (view: Awaited<ReturnType<typeof long>>["view"]) => [view.shown.value[0]?.seq, view.shown.value.at(-1)?.seq];

describe("a long thread on the page", () => {
  it("begins at its end", async () => {
    const { view } = await long();
    expect(seqs(view)).toEqual([ALL - 49, ALL]);
    expect(view.atEnd.value).toBe(true);
  });

  it("stays at its end when something above the edge grows before it is scrolled", async () => {
    const { view, area } = await long(300);
    area.value = box(100_000 - 600);
    await view.toEnd();
    const grown = box(area.value.scrollTop, 100_000 + 900);
    area.value = grown;
    view.measure();
    expect(view.atEnd.value).toBe(true);
    grown.scrollTop -= 300;
    view.measure();
    expect(view.atEnd.value).toBe(false);
  });

  it("never has more on the page than it may, however far somebody reads back", async () => {
    const { view, scroll, thread } = await long();
    let most = 0;
    for (let turn = 0; turn < 60; turn++) {
      await scroll(100);
      most = Math.max(most, view.shown.value.length);
    }
    expect(most).toBeLessThanOrEqual(MOST_SHOWN);
    expect(view.shown.value[0]?.seq).toBeLessThan(ALL - 2_000);
    expect(thread.messages.value.length).toBeGreaterThan(2_000);
    // All that was loaded is in one piece.
    const loaded = thread.messages.value.map((each) => each.seq);
    expect(loaded.every((seq, place) => place === 0 || seq === (loaded[place - 1] ?? 0) + 1)).toBe(true);
  });

  it("comes down again to the end", async () => {
    const { view, scroll } = await long(1_000);
    for (let turn = 0; turn < 12; turn++) await scroll(100);
    expect(view.shown.value.at(-1)?.seq).toBeLessThan(1_000);
    for (let turn = 0; turn < 20; turn++) await scroll(100_000 - 700);
    expect(view.shown.value.at(-1)?.seq).toBe(1_000);
  });

  it("counts what comes in while somebody reads further up, and shows it on request", async () => {
    const { view, scroll, thread } = await long(300);
    await scroll(50_000);
    expect(view.atEnd.value).toBe(false);
    const before = seqs(view);
    thread.receive(message(301));
    thread.receive(message(302));
    await view.follow();
    expect(view.fresh.value).toBe(2);
    expect(view.shown.value[0]?.seq).toBe(before[0]);
    await view.toEnd();
    expect(view.fresh.value).toBe(0);
    expect(view.shown.value.at(-1)?.seq).toBe(302);
  });

  it("does not grow without end under somebody who reads further up", async () => {
    const { view, scroll, thread } = await long(400);
    await scroll(50_000);
    for (let seq = 401; seq <= 1_000; seq++) {
      thread.receive(message(seq));
      await view.follow();
    }
    expect(view.shown.value.length).toBeLessThanOrEqual(2 * MOST_SHOWN);
  });
});

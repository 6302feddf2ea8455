// Lists of tickets: the address says which, pages are put together, many are chosen and done, boards know their steps.
import type { ListQuery, TicketRow } from "@shared/contract";
import { AppError } from "@shared/errors";
import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, shallowRef } from "vue";
import { ticketLists } from "../console/api/ticketLists";
import BulkResults from "../console/components/tickets/list/BulkResults.vue";
import TicketTable from "../console/components/tickets/list/TicketTable.vue";
import { LINE } from "../console/state/line";
import { useTicketCounts } from "../console/state/ticketCounts";
import { stepTo, targets } from "../console/state/ticketMoves";
import { addressOf, emptyQuery, narrowings, queryOf } from "../console/state/ticketQuery";
import { useTicketRows } from "../console/state/ticketRows";
import { useTicketSelection } from "../console/state/ticketSelection";
import { fakeLink } from "./fake-link";
import { ticket } from "./ticket-samples";

const row = (id: string, extra: Partial<TicketRow> = {}): TicketRow => ({
  ...ticket({ id }), type_name: "投诉", channel: null, overdue: false, urged: false, remarked: false, citizen_phone: "138****5678", ...extra,
} as unknown as TicketRow);
const page = (ids: string[], next: string | null = null) => ({ items: ids.map((id) => row(id)), next, stopped: false });

enableAutoUnmount(afterEach);
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the address", () => {
  it("holds a list with its filters and its order, and nothing that is usual", () => {
    const query: ListQuery = { ...emptyQuery("all"), business: ["贷款", "提取"], status: ["open"], q: "窗口", sort: "due", reverse: true };
    const address = addressOf(query);
    expect(address).toEqual({ view: "all", business: ["贷款", "提取"], status: ["open"], q: "窗口", sort: "due", reverse: "true" });
    expect(queryOf(address as never)).toEqual(query);
    expect(narrowings(query)).toBe(2);
    expect(queryOf({ view: "nonsense", sort: "x" }).view).toBe("mine");
  });
});

describe("pages", () => {
  it("show a ticket once that moved down while they were turned, and keep the list when its renewal fails", async () => {
    const ask = vi.spyOn(ticketLists, "page").mockResolvedValueOnce(page(["a", "b"], "p2")).mockResolvedValueOnce(page(["a", "c"]));
    const list = useTicketRows();
    await list.load({ view: "all" });
    await list.more();
    expect(list.rows.value.map((one) => one.id)).toEqual(["b", "a", "c"]);
    ask.mockRejectedValueOnce(new AppError({ code: "x", message: "忙" }));
    await expect(list.renew()).rejects.toThrow();
    expect(list.state.value).toBe("ready");
    expect(list.rows.value).toHaveLength(3);
  });

  it("of a list that was left meanwhile are not shown", async () => {
    let late: (found: ReturnType<typeof page>) => void = () => undefined;
    vi.spyOn(ticketLists, "page")
      .mockReturnValueOnce(new Promise((resolve) => (late = resolve)))
      .mockResolvedValueOnce(page(["new"]));
    const list = useTicketRows();
    const first = list.load({ view: "all" });
    await list.load({ view: "mine" });
    late(page(["old"]));
    await first;
    expect(list.rows.value.map((one) => one.id)).toEqual(["new"]);
  });

  it("that cannot be read say so, and are asked for again", async () => {
    vi.spyOn(ticketLists, "page").mockRejectedValueOnce(new AppError({ code: "x", message: "数据库忙" })).mockResolvedValueOnce(page(["a"]));
    const list = useTicketRows();
    await list.load({});
    expect([list.state.value, list.problem.value]).toEqual(["failed", "数据库忙"]);
    await list.again();
    expect(list.state.value).toBe("ready");
  });
});

describe("many at once", () => {
  it("are chosen by ranges, and those that were refused stay chosen", async () => {
    const rows = shallowRef(["a", "b", "c", "d"].map((id) => row(id)));
    const selection = useTicketSelection(rows);
    selection.toggle("b");
    selection.toggle("d", true);
    expect(selection.chosen.value.map((one) => one.id)).toEqual(["b", "c", "d"]);
    rows.value = rows.value.filter((one) => one.id !== "d");
    const done = (id: string, worked: boolean) => ({ id, number: id, title: "", done: worked, code: worked ? "" : "x", message: worked ? "" : "不能办" });
    const send = vi.spyOn(ticketLists, "bulk").mockResolvedValue({ results: [done("b", true), done("c", false)] });
    await selection.take({ step: "accept" });
    expect(send.mock.calls[0]?.[0]).toEqual({ step: "accept", tickets: [{ id: "b", version: 3 }, { id: "c", version: 3 }] });
    expect([...selection.ids.value]).toEqual(["c"]);
    const shown = mount(BulkResults, { props: { modelValue: true, results: selection.results.value }, attachTo: document.body });
    await flushPromises();
    expect(document.body.querySelector("[data-test=bulk-summary]")?.textContent).toBe("已办 1 张，未办 1 张。");
    expect(document.body.querySelector(".refused td")?.textContent).toBe("不能办");
    shown.unmount();
  });
});

describe("the board", () => {
  it("takes a ticket only where a step leads that this person may take", () => {
    const open = ticket({ steps: ["submit", "ask", "return"] });
    expect(targets(open, "status", ["new", "open", "pending", "resolved", "closed"])).toEqual(["new", "pending"]);
    expect(stepTo(open, "status", "pending")).toBe("ask");
    expect(stepTo(open, "stage", "review")).toBe("submit");
    expect(targets(ticket({ steps: ["comment"] }), "status", ["new", "pending", "resolved"])).toEqual([]);
    // An approval settles it only from the last review.
    const review = { steps: ["approve", "send_back"] as const };
    expect(stepTo(ticket({ ...review, steps: [...review.steps], next_stages: [{ key: "chief", name: "处长" }] }), "status", "resolved")).toBeNull();
    expect(stepTo(ticket({ ...review, steps: [...review.steps], next_stages: [{ key: "end", name: "办结" }] }), "status", "resolved")).toBe("approve");
  });
});

describe("counters", () => {
  beforeEach(() => void vi.useFakeTimers());

  it("are asked for once for all that moved in some seconds", async () => {
    const ask = vi.spyOn(ticketLists, "counts").mockResolvedValue({ counts: { mine: 100, overdue: 3 }, most: 99 });
    const hub = fakeLink(() => null);
    let counters: ReturnType<typeof useTicketCounts> | undefined;
    const view = mount(defineComponent({ setup: () => ((counters = useTicketCounts()), () => h("i")) }), {
      global: { provide: { [LINE as symbol]: { link: hub.link, status: shallowRef("online") } } },
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(ask).toHaveBeenCalledTimes(1);
    for (let moved = 0; moved < 50; moved += 1) {
      hub.push("ticket.updated", { id: "t1", number: "1", status: "open", version: moved, step: "accept" });
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(8_000);
    expect(ask).toHaveBeenCalledTimes(2);
    expect([counters?.shown("mine"), counters?.shown("overdue"), counters?.shown("review")]).toEqual(["99+", "3", ""]);
    view.unmount();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe("the table", () => {
  it("says which column it is ordered by and turns the order round", async () => {
    const view = mount(TicketTable, {
      props: { rows: [row("a")], query: { ...emptyQuery("all") }, chosen: new Set<string>(), all: false, selects: true },
      global: { stubs: { RouterLink: true }, mocks: { $route: { query: {} } } },
    });
    expect(view.get(".col-filed").attributes("aria-sort")).toBe("descending");
    expect(view.get(".col-due").attributes("aria-sort")).toBeUndefined();
    await view.get("[data-test=sort-filed]").trigger("click");
    await view.get("[data-test=sort-due]").trigger("click");
    expect(view.emitted("sort")).toEqual([["filed", true], ["due", false]]);
  });
});

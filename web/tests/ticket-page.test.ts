// The page of one ticket: the second of two people is told, sees what changed, and loses nothing of what was typed.
import type { TicketDetail } from "@shared/contract";
import { AppError } from "@shared/errors";
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { routerKey } from "vue-router";
import { tickets } from "../console/api";
import TicketDetailPane from "../console/components/tickets/TicketDetailPane.vue";
import { LINE } from "../console/state/line";
import { forgetTicketDrafts } from "../console/state/ticketDrafts";
import { fakeLink } from "./fake-link";
import { entry, ticket } from "./ticket-samples";

const account = ref({ id: "me", name: "王芳", permissions: ["ticket.read", "ticket.handle"] });
vi.mock("../console/state/account", () => ({
  useAccount: () => ({ account, may: (permission: string) => ref(account.value.permissions.includes(permission)) }),
}));

const status = ref("offline");
const hub = fakeLink(() => null);
let stored: TicketDetail;
let view: VueWrapper;
enableAutoUnmount(afterEach);

async function open(): Promise<void> {
  view = mount(TicketDetailPane, {
    props: { ticketId: "t1" },
    global: { provide: { [LINE as symbol]: { link: hub.link, status }, [routerKey as symbol]: { push: vi.fn() } }, stubs: { RouterLink: true } },
    attachTo: document.body,
  });
  await flushPromises();
}

async function moveOn(by: Partial<TicketDetail>): Promise<void> {
  stored = { ...stored, ...by };
  hub.push("ticket.updated", { id: "t1", number: stored.number, status: stored.status, version: stored.version, step: "assign" });
  await flushPromises();
}

const field = () => view.get<HTMLTextAreaElement>("[data-test=step-reason]");
const news = () => view.find("[data-test=ticket-news]");

beforeEach(() => {
  stored = ticket();
  vi.spyOn(tickets, "read").mockImplementation(async () => stored);
  vi.spyOn(tickets, "named").mockResolvedValue([]);
});
afterEach(() => {
  vi.restoreAllMocks();
  forgetTicketDrafts();
});

describe("somebody else's step", () => {
  it("is told, and what is being typed stays, even where its step is no longer possible", async () => {
    await open();
    expect(news().exists()).toBe(false);
    await view.get("[data-test=step-submit]").trigger("click");
    await field().setValue("经核实，单位已补缴");
    await moveOn({ version: 4, steps: ["comment"], turn_name: "赵敏", history: [...stored.history, entry(4, { step: "assign", reason: "我来办" })] });
    expect(news().text()).toMatch(/赵敏 分派 ?：我来办/);
    expect(view.text()).toContain("现在不能“提交答复”了");
    expect(field().element.value).toBe("经核实，单位已补缴");
    expect(view.get<HTMLButtonElement>("[data-test=step-send]").element.disabled).toBe(true);
    await view.get("[data-test=step-comment]").trigger("click");
    expect(field().element.value).toBe("经核实，单位已补缴");
    await news().get("button").trigger("click");
    expect(news().exists()).toBe(false);
  });

  it("that was quicker refuses the step, and the words are kept for another try", async () => {
    const step = vi.spyOn(tickets, "step").mockRejectedValueOnce(new AppError({ code: "ticket_changed", message: "赵敏刚刚处理过这张工单。" }));
    await open();
    await view.get("[data-test=step-comment]").trigger("click");
    await field().setValue("已电话联系");
    stored = { ...stored, version: 4, history: [...stored.history, entry(4, { step: "return" })] };
    await view.get("form").trigger("submit");
    await flushPromises();
    expect(news().text()).toContain("退回");
    expect(field().element.value).toBe("已电话联系");
    step.mockResolvedValueOnce({ ...stored, version: 5 });
    await view.get("form").trigger("submit");
    await flushPromises();
    expect(step.mock.calls.map(([, name, write]) => [name, write.version])).toEqual([["comment", 3], ["comment", 4]]);
    expect(view.find("[data-test=step-reason]").exists()).toBe(false);
    expect(news().exists()).toBe(false);
  });

  it("is quiet when it is one's own, or happens by itself", async () => {
    await open();
    await moveOn({ version: 5, history: [...stored.history, entry(4, { actor: "me" }), entry(5, { step: "tell", actor: "system" })] });
    expect(news().exists()).toBe(false);
  });

  it("that is older than what is shown changes nothing", async () => {
    await open();
    stored = { ...stored, version: 2, title: "旧的" };
    status.value = "online";
    await flushPromises();
    expect(view.get("h2").text()).toBe("单位欠缴");
  });
});

describe("what somebody was writing", () => {
  it("is there again after a reload", async () => {
    await open();
    await view.get("[data-test=step-return]").trigger("click");
    await field().setValue("应由提取科办理");
    await flushPromises();
    view.unmount();
    await open();
    expect(field().element.value).toBe("应由提取科办理");
    expect(view.get("[data-test=step-return]").attributes("aria-pressed")).toBe("true");
  });

  it("begins with the answer that was sent back", async () => {
    stored = ticket({ draft: "经核实，单位已补缴。" });
    await open();
    await view.get("[data-test=step-submit]").trigger("click");
    expect(field().element.value).toBe("经核实，单位已补缴。");
  });
});

import type { RatedService, RatingOffer } from "@shared/contract";
import { AppError } from "@shared/errors";
import type { VisitorCommands } from "@shared/visitor";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import RatingCard from "../widget/components/RatingCard.vue";
import { createRating, RATING } from "../widget/state/rating";
import { openStore } from "../widget/state/storage";
import { createVisitor } from "../widget/state/visitor";
import { fakeLink, type Sent } from "./fake-link";
import { conversation, sessionReady, settle } from "./samples";

const TOMORROW = new Date(Date.now() + 3600_000).toISOString();
const service = (extra: Partial<RatedService> = {}): RatedService => ({
  id: "s1", conversation_id: "c1", agent_name: "王芳", started_at: "2026-01-01T01:00:00Z", ended_at: "2026-01-01T01:10:00Z",
  rating: null, ...extra,
});
const rated = (extra: Partial<RatedService> = {}, until = TOMORROW): RatedService =>
  service({
    rating: { score: 4, label: "满意", tags: ["解决问题"], comment: "", created_at: "2026-01-01T01:11:00Z", changeable_until: until },
    ...extra,
  });
const offering = (...services: RatedService[]): RatingOffer => ({
  title: "请评价本次服务", comment_hint: "还有什么想说的", thanks: "感谢您的评价", most_tags: 2, reason_up_to: 2, services,
  levels: [5, 4, 3, 2, 1].map((score) => ({ score, label: `${score} 分`, tags: score > 2 ? ["解决问题", "响应及时", "态度热情"] : ["等待太久"] })),
});

function served(first: RatingOffer, answer: (sent: Sent) => unknown = () => null) {
  const state = { offer: first };
  const fake = fakeLink<VisitorCommands>((sent) => (sent.name === "list_services" ? state.offer : answer(sent)));
  const store = openStore("test.");
  const visitor = createVisitor({ origin: "", inbox: "web", store, link: fake.link });
  const rating = createRating(visitor, store);
  const ready = (status: "bot" | "assigned" | "closed" = "closed", id = "c1") =>
    fake.push("session.ready", sessionReady({ rating: state.offer, conversation: conversation({ id, status }) }));
  return { ...fake, state, store, rating, ready };
}

beforeEach(() => localStorage.clear());

describe("the state of ratings", () => {
  it("asks once whoever was served by a person, and nobody else", async () => {
    const { rating, ready } = served(offering(service()));
    ready();
    await settle();
    expect(rating.asked.value).toBe("s1");

    rating.skip();
    ready();
    await settle();
    expect(rating.asked.value).toBeNull();
    expect(rating.open.value).toHaveLength(1); // the button stays

    localStorage.clear();
    const alone = served(offering());
    alone.ready();
    await settle();
    expect(alone.rating.asked.value).toBeNull();
  });

  it("leaves the form closed when a new conversation goes on, and the last service open to be rated", async () => {
    const { rating, ready } = served(offering(service()));
    ready("bot", "c2");
    await settle();
    expect(rating.asked.value).toBeNull();
    rating.ask();
    expect(rating.current.value?.conversation_id).toBe("c1");
  });

  it("asks again when the agent invites, but not because the service ended", async () => {
    const { rating, ready, push } = served(offering(service()));
    ready();
    await settle();
    rating.skip();
    push("rating.requested", { conversation_id: "c1", service: "s1", invited_by: null });
    await settle();
    expect(rating.asked.value).toBeNull();
    push("rating.requested", { conversation_id: "c1", service: "s1", invited_by: "王芳" });
    await settle();
    expect(rating.asked.value).toBe("s1");
  });

  it("learns that there is a service more when a person comes", async () => {
    const { rating, ready, push, state } = served(offering());
    ready("bot");
    await settle();
    state.offer = offering(service({ ended_at: null }));
    push("conversation.updated", conversation({ status: "assigned", epoch: 1, owner_id: "a", owner_name: "王芳" }));
    await settle();
    expect(rating.open.value.map((each) => each.id)).toEqual(["s1"]);
  });

  it("agrees with what was said in another tab", async () => {
    const { rating, ready, push } = served(offering(service(), service({ id: "s0", conversation_id: "c0" })));
    ready();
    await settle();
    push("rating.updated", rated());
    expect([rating.asked.value, rating.thanked.value]).toEqual([null, "s1"]);
    expect(rating.services.value.map((each) => each.rating?.score ?? 0)).toEqual([4, 0]);
    rating.ask();
    expect(rating.asked.value).toBe("s0"); // what was not said yet comes first
    window.dispatchEvent(new StorageEvent("storage", { key: "test.rated.s0", newValue: "skipped" }));
    expect(rating.asked.value).toBeNull();
  });

  it("lets a rating be changed for its time and no longer", async () => {
    const { rating, ready } = served(offering(rated(), rated({ id: "s0" }, "2026-01-02T00:00:00Z")));
    ready();
    await settle();
    expect(rating.open.value.map((each) => each.id)).toEqual(["s1"]);
  });
});

describe("the rating card", () => {
  const asked = (answer: { mock: { calls: [Sent][] } }) => answer.mock.calls.filter(([sent]) => sent.name === "rate_conversation").length;
  async function card(answer: (sent: Sent) => unknown, first = offering(service())) {
    const world = served(first, answer);
    world.ready();
    await settle();
    world.rating.ask();
    const view = mount(RatingCard, { global: { provide: { [RATING as symbol]: world.rating } }, attachTo: document.body });
    return { ...world, view };
  }

  it("sends the level with its tags, and lets nobody choose too many", async () => {
    const answer = vi.fn((sent: Sent) => (sent.name === "rate_conversation" ? rated() : { conversation: null, messages: [] }));
    const { view, sent, rating } = await card(answer);
    await view.find('input[value="4"]').trigger("change");
    for (const tag of view.findAll(".chip")) await tag.trigger("click");
    expect(view.findAll('[aria-pressed="true"]')).toHaveLength(2);
    expect(view.findAll('[aria-disabled="true"]')).toHaveLength(1);
    await view.find("form").trigger("submit");
    await settle();
    expect(sent.at(-1)).toEqual({
      name: "rate_conversation",
      payload: { conversation_id: "c1", service: "s1", score: 4, tags: ["解决问题", "响应及时"], comment: "" },
    });
    expect(view.text()).toContain("感谢您的评价：满意");
    await view.find(".link").trigger("click");
    expect(rating.asked.value).toBe("s1");
    expect(view.find<HTMLInputElement>('input[value="4"]').element.checked).toBe(true);
    view.unmount();
  });

  it("asks why where the settings want a reason, and takes words for one", async () => {
    const answer = vi.fn((sent: Sent) => (sent.name === "rate_conversation" ? rated() : { conversation: null, messages: [] }));
    const { view } = await card(answer);
    await view.find('input[value="1"]').trigger("change");
    await view.find("form").trigger("submit");
    expect(asked(answer)).toBe(0);
    expect(view.find('[role="alert"]').text()).toContain("原因");
    expect(document.activeElement?.textContent?.trim()).toBe("等待太久");
    await view.find("textarea").setValue("等了一小时");
    await view.find("form").trigger("submit");
    await settle();
    expect(asked(answer)).toBe(1);
    view.unmount();
  });

  it("shows what the server refused, with the tags as they are now", async () => {
    const { view, state } = await card((sent) => {
      if (sent.name === "rate_conversation") throw new AppError({ code: "rating_outdated", message: "评价选项刚刚更新过，请重新选择。" });
      return { conversation: null, messages: [] };
    });
    await view.find('input[value="4"]').trigger("change");
    await view.find(".chip").trigger("click");
    state.offer = { ...offering(service()), levels: offering().levels.map((each) => ({ ...each, tags: ["新的"] })) };
    await view.find("form").trigger("submit");
    await settle();
    expect(view.find('[role="alert"]').text()).toContain("请重新选择");
    expect(view.findAll(".chip").map((each) => [each.text(), each.attributes("aria-pressed")])).toEqual([["新的", "false"]]);
    view.unmount();
  });
});

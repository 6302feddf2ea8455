// The section about the bot: flows being written and walked through, pasted lines, values in a sentence, saving.
import type { FlowNode, TrainingRead, Value } from "@shared/contract";
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, ref } from "vue";
import { useTrainings } from "../console/state/botTrainings";
import { useDraft } from "../console/state/draft";
import { beginningAt, blanksOf, fieldOf, targetOf, withNode, withoutNode, wordsOf } from "../console/state/flowDraft";
import { useFlowWalk } from "../console/state/flowWalk";
import { bodyOf, emptyIntent } from "../console/state/intentForm";
import { useOwnExamples } from "../console/state/ownExamples";
import { useSaving } from "../console/state/saving";
import { readLines } from "../console/state/sentenceLines";
import { partsOf, readable } from "../console/state/values";
import { refusal } from "./article-samples";

const NODES: FlowNode[] = [
  {
    id: "n1",
    text: "什么车？",
    choices: [
      { label: "汽车", also: ["轿车"], to: { kind: "node", node: "n2" } },
      { label: "电动车", also: [], to: { kind: "end", text: "地下一层。" } },
    ],
  },
  { id: "n2", text: "停多久？", choices: [{ label: "换一种车", also: [], to: { kind: "node", node: "n1" } }] },
];

/** Answers by `METHOD /path`; what it was sent is kept. */
function server(routes: Record<string, (body: unknown) => unknown>) {
  const sent: { route: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const route = `${init.method ?? "GET"} ${url.replace("/api/v1/bot", "").replace(/\?.*/, "")}`;
    const answer = routes[route];
    if (!answer) throw new Error(`not expected: ${route}`);
    const body: unknown = init.body ? JSON.parse(String(init.body)) : null;
    sent.push({ route, body });
    const result = answer(body);
    return result instanceof Response ? result : new Response(JSON.stringify(result));
  });
  return sent;
}

describe("a flow being written", () => {
  it("gives a new node an id that no node has", () => {
    const [, kept] = NODES;
    if (!kept) throw new Error("no node");
    expect(withNode([kept]).map(({ id }) => id)).toEqual(["n2", "n3"]);
    expect(withNode([]).at(0)?.id).toBe("n1");
  });

  it("leaves no choice that leads to a node that was deleted", () => {
    const [first] = withoutNode(NODES, 1);
    expect(first?.choices[0]?.to).toEqual({ kind: "end", text: "" });
    expect(first?.choices[1]?.to).toEqual({ kind: "end", text: "地下一层。" });
  });

  it("begins where it is told to", () => {
    expect(beginningAt(NODES, 1).map(({ id }) => id)).toEqual(["n2", "n1"]);
  });

  it("keeps a text where the other kind of end has one as well", () => {
    expect(targetOf("question", { kind: "end", text: "怎么停车" })).toEqual({ kind: "question", text: "怎么停车" });
    expect(targetOf("person", { kind: "end", text: "怎么停车" })).toEqual({ kind: "person" });
  });

  it("takes words apart however they are separated", () => {
    expect(wordsOf("轿车、小车，私家车 suv、")).toEqual(["轿车", "小车", "私家车", "suv"]);
  });

  it("tells empty fields by the names the server gives them", () => {
    const blanks = blanksOf(withNode(NODES), "空", "选");
    expect(blanks).toEqual({ "content.nodes.2.text": "空", "content.nodes.2.choices.0.label": "空" });
    expect(fieldOf(blanks, 2, "choices.0")).toBe("空");
    expect(fieldOf(blanks, 1, "text")).toBeUndefined();
    const open = [{ id: "n1", text: "去哪？", choices: [{ label: "那边", also: [], to: targetOf("node", { kind: "person" }) }] }];
    expect(blanksOf(open, "空", "选")).toEqual({ "content.nodes.0.choices.0.to": "选" });
    // Of a union the server names the member as well.
    expect(fieldOf({ "content.nodes.0.choices.1.to.end.text": "长" }, 0, "choices.1")).toBe("长");
  });
});

describe("walking through a flow", () => {
  it("goes from node to node, to an end, and back", () => {
    const walk = useFlowWalk(() => NODES);
    walk.choose("汽车");
    walk.choose("换一种车");
    expect(walk.steps.value.map(({ node }) => node.id)).toEqual(["n1", "n2", "n1"]);
    walk.choose("电动车");
    expect(walk.end.value).toEqual({ kind: "end", text: "地下一层。" });
    walk.back();
    expect(walk.end.value).toBeNull();
    walk.restart();
    expect(walk.steps.value).toHaveLength(1);
  });

  it("stops where a choice was renamed or its node is gone", () => {
    const nodes = ref(NODES);
    const walk = useFlowWalk(() => nodes.value);
    walk.choose("汽车");
    nodes.value = NODES.slice(0, 1);
    expect(walk.end.value).toEqual({ kind: "node", node: "n2" });
    nodes.value = NODES.map((node) => ({ ...node, choices: [] }));
    expect(walk.steps.value).toEqual([{ node: nodes.value[0], chosen: null }]);
  });
});

describe("pasted regression sentences", () => {
  const names = new Map([["停车信息", "own_1"], ["own_1", "own_1"]]);

  it("take the chosen intent, or the one named in the line", () => {
    expect(readLines("车位紧张吗 | 停车信息\n\n 谢谢啦 \n在吗\t没有的", "thanks", names)).toEqual([
      { text: "车位紧张吗", said: "停车信息", intent: "own_1" },
      { text: "谢谢啦", said: "", intent: "thanks" },
      { text: "在吗", said: "没有的", intent: null },
    ]);
  });
});

describe("values in a sentence", () => {
  const value = (start: number, end: number, extra: Partial<Value> = {}): Value => ({ kind: "amount", value: 300_000, text: "", start, end, ...extra });

  it("are marked by characters, also behind one that takes two places", () => {
    expect(partsOf("😀交3000元吗", [value(2, 7)]).map(({ text }) => text)).toEqual(["😀交", "3000元", "吗"]);
  });

  it("that overlap are marked once", () => {
    const parts = partsOf("还20年", [value(1, 3), value(1, 4), value(9, 12)]);
    expect(parts.map(({ text, value: found }) => [text, found !== null])).toEqual([["还", false], ["20年", true]]);
  });

  it("are shown as people read them", () => {
    expect(readable(value(0, 1))).toBe("3,000");
    expect(readable(value(0, 1, { kind: "phone", value: "13800000000" }))).toBe("13800000000");
    expect(readable(value(0, 1, { kind: "id_number", value: { number: "1101", valid: true } }))).toBe("1101");
  });
});

describe("an intent's form", () => {
  it("sends a text or a flow, never both, and no empty variants", () => {
    const form = { ...emptyIntent(), title: "停车", means: "问停车。", replies: ["有。", " "], flow: "f1" };
    expect(bodyOf(form)).toEqual({ title: "停车", means: "问停车。", replies: ["有。"], flow_id: null });
    expect(bodyOf({ ...form, answer: "flow" })).toMatchObject({ replies: [], flow_id: "f1" });
  });

  it("knows whether it was changed, and the way back", () => {
    const { form, dirty, undo } = useDraft({ replies: ["一"] });
    form.value.replies.push("二");
    expect(dirty.value).toBe(true);
    undo();
    expect([dirty.value, form.value.replies]).toEqual([false, ["一"]]);
  });

  it("overwrites nobody unasked, and tells refusals at their fields", async () => {
    const { save, overtaken, problems } = useSaving();
    server({
      "PUT /taken": () => refusal("bot_changed", "已被他人修改", { edit: 7 }),
      "PUT /wrong": () => refusal("invalid_input", "不符合要求", { reasons: { "replies.0": "不能含有花括号" } }, 422),
    });
    const { put } = await import("../console/api/http");
    expect(await save(() => put("/bot/taken", {}), "好")).toBe(false);
    expect(overtaken.value).toBe(7);
    await save(() => put("/bot/wrong", {}), "好");
    expect(problems.value).toEqual({ "replies.0": "不能含有花括号" });
  });
});

describe("adding examples", () => {
  const refused = [{ text: "谢谢", code: "example_taken", message: "已是“道谢”的例句", intent: "thanks", title: "道谢" }];

  it("keeps the lines that were refused, each with its reason", async () => {
    const added = [{ id: "e1", text: "停哪儿", own: true, created_by: "u", created_at: "" }];
    const sent = server({ "POST /intents/own_1/examples": () => ({ added, refused, warnings: [] }) });
    const examples = useOwnExamples("own_1");
    examples.lines.value = ["停哪儿 ", "", "谢谢"];
    expect(await examples.add()).toBe(1);
    expect(sent[0]?.body).toEqual({ texts: ["停哪儿", "谢谢"] });
    expect(examples.lines.value).toEqual(["谢谢"]);
    expect(examples.refusals.value.get("谢谢")).toBe("已是“道谢”的例句");
  });

  it("does so too when not one of them was good", async () => {
    server({ "POST /intents/own_1/examples": () => refusal("example_taken", "已是", { refusals: refused }) });
    const examples = useOwnExamples("own_1");
    examples.lines.value = ["谢谢"];
    expect(await examples.add()).toBe(0);
    expect(examples.refusals.value.has("谢谢")).toBe(true);
  });

  it("finds the line that cannot be a sentence at all", async () => {
    server({ "POST /intents/own_1/examples": () => refusal("invalid_input", "不符合", { reasons: { "texts.1": "只有标点" } }, 422) });
    const examples = useOwnExamples("own_1");
    examples.lines.value = ["停哪儿", "？？"];
    await examples.add();
    expect([...examples.refusals.value]).toEqual([["？？", "只有标点"]]);
    expect(examples.lines.value).toEqual(["停哪儿", "？？"]);
  });
});

describe("following a training", () => {
  const training = (extra: Partial<TrainingRead>): TrainingRead => ({
    id: "t1", state: "training", step: "training", percent: 5, cause: "editor", content: { intents: 1, examples: 5, replies: 0, flows: 0 },
    switch_when_ready: false, report: null, has_model: false, seconds: null, error_code: "", error: "", created_by: "u1",
    created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", switched_at: null, switched_by: null, forced_reason: "", ...extra,
  });
  const models = { items: [], live: null, switching: null, switchable: true, note: "", problem: "", people: {} };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks for it every second, and for everything once it is over", async () => {
    let now = training({});
    const sent = server({
      "GET /trainings": () => ({ items: [now], next: null, untrained: true, people: { u1: "孙编" } }),
      "GET /pending": () => ({ items: [], unused: [] }),
      "GET /models": () => models,
      "GET /trainings/t1": () => now,
    });
    const scope = effectScope();
    await scope.run(async () => {
      const trainings = useTrainings();
      await trainings.load();
      expect(trainings.nameOf("u1")).toBe("孙编");
      now = training({ percent: 60 });
      await vi.advanceTimersByTimeAsync(1000);
      expect(trainings.open.value?.percent).toBe(60);
      now = training({ state: "ready", step: "done", percent: 100, has_model: true });
      await vi.advanceTimersByTimeAsync(1000);
      await flushPromises();
      expect(trainings.open.value).toBeNull();
      const asked = sent.length;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(sent.length).toBe(asked);
    });
    scope.stop();
  });

  it("sends a reason only to force, and asks for the models alone while they are switched", async () => {
    let now: object = { ...models, switching: "t1" };
    const sent = server({
      "GET /trainings": () => ({ items: [training({ state: "refused", has_model: true })], next: null, untrained: false, people: {} }),
      "GET /pending": () => ({ items: [], unused: [] }),
      "GET /models": () => now,
      "POST /trainings/t1/switch": () => now,
      "POST /models/shipped/switch": () => now,
    });
    const scope = effectScope();
    await scope.run(async () => {
      const trainings = useTrainings();
      await trainings.switchTo("t1", "办事大厅明天开放");
      await trainings.switchTo(null, null);
      expect(sent.map(({ route, body }) => [route, body])).toEqual([
        ["POST /trainings/t1/switch", { force: true, reason: "办事大厅明天开放" }],
        ["POST /models/shipped/switch", {}],
      ]);
      await vi.advanceTimersByTimeAsync(1000);
      expect(sent.slice(2).map(({ route }) => route)).toEqual(["GET /models"]);
      now = { ...models, live: "t1" };
      await vi.advanceTimersByTimeAsync(1000);
      await flushPromises();
      expect(trainings.switching.value).toBeNull();
      expect(sent.map(({ route }) => route)).toContain("GET /pending");
    });
    scope.stop();
  });
});

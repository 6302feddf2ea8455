import type { CollisionRead } from "@shared/contract";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import WordingList from "../console/components/knowledge/editor/WordingList.vue";

const HIT: CollisionRead = {
  wording: "能贷多少钱", article_id: "a2", question: "公积金贷款额度", other_wording: "能贷多少", similarity: 0.91, near: "near",
};

function open(wordings: string[], collisions: CollisionRead[] = []) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ["/articles/:id", "/:rest(.*)*"].map((path, place) => ({
      path,
      name: place ? "rest" : "knowledge-articles",
      component: { render: () => null },
    })),
  });
  const view = mount(WordingList, {
    attachTo: document.body,
    global: { plugins: [router] },
    props: {
      modelValue: wordings,
      question: "租房可以提取吗",
      problems: {},
      collisions: new Map(collisions.map((each) => [each.wording, each])),
      "onUpdate:modelValue": (next: string[]) => view.setProps({ modelValue: next }),
    },
  });
  const lines = () => view.findAll("input").map((input) => input.element.value);
  const focused = () => view.findAll("input").findIndex((input) => input.element === document.activeElement);
  const press = async (place: number, key: string, options: object = {}) => {
    await view.findAll("input")[place]?.trigger("keydown", { key, ...options });
    await nextTick();
    await nextTick();
  };
  return { view, lines, focused, press };
}

describe("the list of similar questions", () => {
  it("goes on below after Enter, and is walked with the arrows", async () => {
    const { lines, focused, press } = open(["一句话", "第二句"]);
    await press(0, "Enter");
    expect(lines()).toEqual(["一句话", "", "第二句"]);
    expect(focused()).toBe(1);
    await press(1, "ArrowDown");
    expect(focused()).toBe(2);
  });

  it("leaves Enter to the input method while a word is being chosen", async () => {
    const { lines, press } = open(["一句话"]);
    await press(0, "Enter", { isComposing: true });
    expect(lines()).toEqual(["一句话"]);
  });

  it("removes an empty line by Backspace and keeps one with words", async () => {
    const { lines, focused, press } = open(["一句话", "", "第三句"]);
    await press(2, "Backspace");
    await press(1, "Backspace");
    expect(lines()).toEqual(["一句话", "第三句"]);
    expect(focused()).toBe(0);
  });

  it("cuts pasted lines up", async () => {
    const { view, lines } = open(["一句话", ""]);
    const clipboardData = { getData: () => "甲问法\r\n\n 乙问法 \n" };
    await view.findAll("input")[1]?.trigger("paste", { clipboardData });
    await nextTick();
    expect(lines()).toEqual(["一句话", "甲问法", "乙问法"]);
  });

  it("says beside a line which article it belongs to, and leads there", () => {
    const { view } = open(["租房子", "能贷多少钱 "], [HIT]);
    const notes = view.findAll("[data-test=collision]");
    expect(notes).toHaveLength(1);
    expect(notes[0]?.text()).toContain("公积金贷款额度");
    expect(notes[0]?.text()).toContain("0.91");
    expect(notes[0]?.find("a").attributes("href")).toBe("/articles/a2");
  });

  it("marks a line that repeats another or the title", () => {
    const { view } = open(["租房可以提取吗", "租房子", "租房子", ""]);
    expect(view.findAll(".collision")).toHaveLength(2);
  });
});

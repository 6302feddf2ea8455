// What the page of queue and routing edits.

import { describe, expect, it } from "vitest";
import { mount } from "@vue/test-utils";
import PointsRows from "../console/components/settings/routing/PointsRows.vue";
import { moved, newOverflow, newRule } from "../console/state/routing";

describe("rules in order", () => {
  it("moves one up or down and leaves the others in order", () => {
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  });

  it("moves nothing beyond either end", () => {
    const rules = ["a", "b"];
    expect(moved(rules, 0, -1)).toBe(rules);
    expect(moved(rules, 1, 1)).toBe(rules);
  });

  it("begins a rule without conditions and an overflow to anybody", () => {
    const { name, group, agent, ...conditions } = newRule("g");
    expect([name, group, agent]).toEqual(["", "g", null]);
    expect(Object.values(conditions).every((values) => values.length === 0)).toBe(true);
    expect(newOverflow("g")).toEqual({ from_group: "g", to_group: null, after_seconds: 120, text: "" });
  });
});

describe("points by name", () => {
  const rows = () =>
    mount(PointsRows, { props: { modelValue: { 残疾: 8 }, title: "标签", options: [{ value: "军属", label: "军属" }, { value: "残疾", label: "残疾" }] } });

  it("offers only names that have no points yet", () => {
    const select = rows().getComponent({ name: "ElSelect" });
    expect(select.findAllComponents({ name: "ElOption" }).map((option) => option.props("value"))).toEqual(["军属"]);
  });

  it("adds a trimmed name once, and takes one away", async () => {
    const page = rows();
    page.getComponent({ name: "ElSelect" }).vm.$emit("update:modelValue", " 新标签 ");
    page.getComponent({ name: "ElSelect" }).vm.$emit("update:modelValue", "残疾");
    await page.get("button[aria-label*='残疾']").trigger("click");
    expect(page.emitted("update:modelValue")).toEqual([[{ 残疾: 8, 新标签: 5 }], [{ 新标签: 5 }]]);
  });
});

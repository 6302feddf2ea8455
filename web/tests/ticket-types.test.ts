// Editing a type of ticket: its flow stays whole while stages come and go, and is drawn as it is.
import type { Stage } from "@shared/contract";
import { describe, expect, it } from "vitest";
import { END, filledUp, newDefinition, newField, picture, suggestedId, usualWay, whoKinds, whoOf, withoutStage, withStage } from "../console/state/ticketTypeEditing";

const stage = (key: string, ...next: string[]): Stage => ({ key, name: key.toUpperCase(), kind: "handle", who: whoOf("assigned"), next });
const ways = (stages: Stage[]): string[] => stages.map((each) => `${each.key}>${each.next.join(",")}`);

describe("stages", () => {
  it("a new one stands before the end", () => {
    expect(ways(withStage([stage("a", "b"), stage("b", END)]))).toEqual(["a>b", "b>stage_1", "stage_1>end"]);
  });

  it("what led to one that is removed leads to what came after it", () => {
    const stages = [stage("a", "b", "c"), stage("b", "c", END), stage("c", END)];
    expect(ways(withoutStage(stages, "b"))).toEqual(["a>c,end", "c>end"]);
    expect(ways(withoutStage(stages, "a"))).toEqual(["b>c,end", "c>end"]);
  });

  it("removing one of a circle leaves no stage that leads to itself or nowhere", () => {
    expect(ways(withoutStage([stage("a", "b"), stage("b", "a")], "b"))).toEqual(["a>end"]);
  });

  it("nobody reviews himself", () => {
    expect(whoKinds("review")).not.toContain("assigned");
    expect(whoKinds("handle")[0]).toBe("assigned");
  });
});

describe("the picture", () => {
  const columns = (stages: Stage[]): Record<string, number> => Object.fromEntries(picture(stages).boxes.map((box) => [box.key, box.column]));

  it("puts a stage behind everything that leads to it, and the end last", () => {
    expect(columns([stage("a", "c", "b"), stage("b", "c"), stage("c", END, "d"), stage("d", END)])).toEqual({ a: 0, b: 1, c: 2, d: 3, end: 4 });
  });

  it("never puts two boxes in one place", () => {
    const boxes = picture([stage("a", "b", "c", "d"), stage("b", END), stage("c", END), stage("d", END)]).boxes;
    expect(new Set(boxes.map((box) => `${box.column}/${box.row}`)).size).toBe(boxes.length);
  });

  it("marks what leads back, and nothing else", () => {
    const arrows = picture([stage("a", "b"), stage("b", "a", "b", END), stage("c", "gone", END)]).arrows;
    expect(arrows.filter((arrow) => arrow.back).map((arrow) => `${arrow.from.key}>${arrow.to.key}`)).toEqual(["b>a", "b>b"]);
    expect(arrows).toHaveLength(5);
  });

  it("is told in words as the usual way, also where it leads back", () => {
    expect(usualWay([stage("a", "b"), stage("b", END)], "结束")).toEqual(["A", "B", "结束"]);
    expect(usualWay([stage("a", "b"), stage("b", "a")], "结束")).toEqual(["A", "B"]);
  });
});

describe("names", () => {
  it("ids come from the letters of a name, and are free", () => {
    expect(suggestedId("Data 更正", [])).toBe("data");
    expect(suggestedId("督办", ["type_1"])).toBe("type_2");
    expect(suggestedId("other", ["other"])).toBe("type_1");
    expect(newField([newField([])]).key).toBe("field_2");
  });

  it("what is still being written does not keep the rest from being checked", () => {
    const begun = newDefinition("督办", "承办");
    begun.flow.stages = withStage(begun.flow.stages);
    begun.fields = [newField([])];
    begun.templates = [{ name: "答复", text: " " }];
    const { whole, missing } = filledUp(begun);
    expect(missing).toEqual(["fields.0.name", "flow.stages.1.name", "templates.0.text"]);
    expect([whole.fields[0]?.name, whole.flow.stages[1]?.name, whole.templates[0]?.text].every((text) => text?.trim())).toBe(true);
    expect(begun.fields[0]?.name).toBe("");
  });
});

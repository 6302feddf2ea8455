// A flow being written: its nodes and where their choices lead. Pure; every change gives new nodes.

import type { FlowChoice, FlowNode, FlowProblem } from "@shared/contract";
import type { FieldProblems } from "./fieldProblems";

export type Target = FlowChoice["to"];
export type TargetKind = Target["kind"];
export const TARGETS: TargetKind[] = ["node", "end", "question", "task", "person"];

/** An id no node has: n1, n2, ... */
function freeId(nodes: FlowNode[]): string {
  const taken = new Set(nodes.map(({ id }) => id));
  let number = nodes.length + 1;
  while (taken.has(`n${number}`)) number += 1;
  return `n${number}`;
}

export function emptyChoice(): FlowChoice {
  return { label: "", also: [], to: { kind: "end", text: "" } };
}

export function withNode(nodes: FlowNode[]): FlowNode[] {
  return [...nodes, { id: freeId(nodes), text: "", choices: [emptyChoice()] }];
}

/** Without the node at `place`; choices that led to it lead to a last text that is still to be written. */
export function withoutNode(nodes: FlowNode[], place: number): FlowNode[] {
  const gone = nodes[place]?.id;
  return nodes
    .filter((_, index) => index !== place)
    .map((node) => ({
      ...node,
      choices: node.choices.map((choice) =>
        choice.to.kind === "node" && choice.to.node === gone ? { ...choice, to: { kind: "end", text: "" } as Target } : choice,
      ),
    }));
}

/** The node at `place` is where the flow begins. */
export function beginningAt(nodes: FlowNode[], place: number): FlowNode[] {
  const node = nodes[place];
  return node ? [node, ...nodes.filter((_, index) => index !== place)] : nodes;
}

/** An unfinished target of the kind; what was written is kept where the new one has a text as well. */
export function targetOf(kind: TargetKind, before: Target): Target {
  const text = "text" in before ? before.text : "";
  if (kind === "node") return { kind, node: "" };
  if (kind === "end" || kind === "question") return { kind, text };
  return kind === "task" ? { kind, task: "" } : { kind };
}

/** 轿车、小车 as two words; whoever writes Chinese separates them in many ways. */
export function wordsOf(text: string): string[] {
  return text.split(/[、,，;；\s]+/).filter((word) => word);
}

/** Fields that are still empty, by the server's names: it stores no flow with one of them. `words` and `choice`: what to say. */
export function blanksOf(nodes: FlowNode[], words: string, choice: string): FieldProblems {
  const found: FieldProblems = {};
  nodes.forEach((node, place) => {
    const path = `content.nodes.${place}`;
    if (!node.text.trim()) found[`${path}.text`] = words;
    node.choices.forEach(({ label, to }, index) => {
      if (!label.trim()) found[`${path}.choices.${index}.label`] = words;
      else if ("text" in to && !to.text.trim()) found[`${path}.choices.${index}.to`] = words;
      else if ((to.kind === "node" && !to.node) || (to.kind === "task" && !to.task)) found[`${path}.choices.${index}.to`] = choice;
    });
  });
  return found;
}

/** What is said about a node or, with `choice`, about one of its choices. */
export function saidOf(problems: FlowProblem[], node: string, choice: number | null): string[] {
  return problems.filter((each) => each.node === node && each.choice === choice).map(({ message }) => message);
}

/** What is wrong with the text of a field, told by the server as `content.nodes.0.text`. */
export function fieldOf(problems: FieldProblems, place: number, field: string): string | undefined {
  const path = `content.nodes.${place}.${field}`;
  return Object.entries(problems).find(([name]) => name === path || name.startsWith(`${path}.`))?.[1];
}

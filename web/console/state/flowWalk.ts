// Walking through a flow that is being written, as a citizen would.

import type { FlowChoice, FlowNode } from "@shared/contract";
import { computed, ref } from "vue";

export interface Step {
  node: FlowNode;
  /** What was chosen there; null: it is still open. */
  chosen: FlowChoice | null;
}

export function useFlowWalk(nodes: () => FlowNode[]) {
  /** The labels chosen so far: texts that are changed meanwhile are shown as they are now. */
  const labels = ref<string[]>([]);

  const steps = computed<Step[]>(() => {
    const byId = new Map(nodes().map((node) => [node.id, node]));
    const found: Step[] = [];
    let node = nodes()[0];
    for (const label of labels.value) {
      const chosen = node?.choices.find((choice) => choice.label === label);
      if (!node || !chosen) break;
      found.push({ node, chosen });
      node = chosen.to.kind === "node" ? byId.get(chosen.to.node) : undefined;
    }
    if (node) found.push({ node, chosen: null });
    return found;
  });
  /** Where the last choice led when no node follows: an end, or a node that does not exist. */
  const end = computed(() => {
    const chosen = steps.value.at(-1)?.chosen;
    return chosen ? chosen.to : null;
  });

  return {
    steps,
    end,
    choose: (label: string) => void (labels.value = [...labels.value.slice(0, steps.value.length - 1), label]),
    back: () => void (labels.value = labels.value.slice(0, -1)),
    restart: () => void (labels.value = []),
  };
}

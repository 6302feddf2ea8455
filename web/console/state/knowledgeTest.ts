// The test box: what is asked, under which limits, and the server's explanation of its answer.

import type { ExplainRead } from "@shared/contract";
import { reactive, ref, shallowRef } from "vue";
import { knowledge } from "../api";
import { today } from "./days";
import { useScope } from "./knowledgeScope";

const CANDIDATES = 5;

export interface TestQuestion {
  text: string;
  region: string;
  day: string;
  business: string;
  internal: boolean;
  /** What the citizen wrote just before. */
  before: string;
}

export function useKnowledgeTest() {
  const asked = reactive<TestQuestion>({ text: "", region: "", day: today(), business: "", internal: false, before: "" });
  const result = shallowRef<ExplainRead | null>(null);
  const busy = ref(false);
  const { scope, load } = useScope();
  let latest = 0;

  /** The server's answer to what is asked now. Throws what the server refuses. */
  async function run(): Promise<void> {
    const text = asked.text.trim();
    if (!text) return;
    const mine = ++latest;
    busy.value = true;
    try {
      const found = await knowledge.explain({
        q: text,
        region: asked.region,
        as_of: asked.day,
        business: asked.business,
        internal: asked.internal || undefined,
        before: asked.before.trim(),
        top: CANDIDATES,
      });
      if (mine === latest) result.value = found;
    } finally {
      if (mine === latest) busy.value = false;
    }
  }

  return { asked, result, busy, scope, run, loadScope: load };
}

// How the text in the form will look to citizens, rendered by the server a moment after the last keystroke.

import type { Rendered, RenderRequest } from "@shared/contract";
import { onScopeDispose, shallowRef, watch } from "vue";
import { articles } from "../api";
import { reasonOf } from "./report";

const PAUSE_MS = 400;

export function usePreview(draft: () => RenderRequest) {
  const rendered = shallowRef<Rendered | null>(null);
  const problem = shallowRef("");
  let timer = 0;
  let latest = 0;

  async function ask(): Promise<void> {
    const asked = ++latest;
    const wanted = draft();
    if (!wanted.answer_md.trim()) return void (rendered.value = null);
    try {
      const answer = await articles.render(wanted);
      if (asked !== latest) return;
      rendered.value = answer;
      problem.value = "";
    } catch (failure) {
      if (asked === latest) problem.value = reasonOf(failure);
    }
  }

  void ask();
  watch(
    () => JSON.stringify(draft()),
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void ask(), PAUSE_MS);
    },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    latest = -1;
  });

  return { rendered, problem };
}

// Which wordings of the form belong to another article: asked of the server a moment after the last keystroke.

import type { CollisionRead } from "@shared/contract";
import { onScopeDispose, shallowRef, watch } from "vue";
import { knowledge } from "../api";

const PAUSE_MS = 700;

export interface Wordings {
  question: string;
  similar: string[];
  region?: string;
}

/** `wordings` is watched. The result is by wording, as it stands in the form without spaces around it. */
export function useCollisions(wordings: () => Wordings, article: () => string | undefined, pause = PAUSE_MS) {
  const found = shallowRef(new Map<string, CollisionRead>());
  const failed = shallowRef(false);
  let timer = 0;
  let latest = 0;

  async function ask(): Promise<void> {
    const { question, similar, region } = wordings();
    const asked = ++latest;
    const texts = similar.map((wording) => wording.trim()).filter((wording) => wording);
    if (!question.trim() && !texts.length) return void (found.value = new Map());
    try {
      const collisions = await knowledge.collisions({ question: question.trim(), similar: texts, article_id: article(), region });
      if (asked !== latest) return; // the form changed meanwhile
      found.value = new Map(collisions.map((collision) => [collision.wording, collision]));
      failed.value = false;
    } catch {
      // A warning that is missing must not stop anybody from writing; that it is missing is shown.
      if (asked === latest) failed.value = true;
    }
  }

  watch(
    () => JSON.stringify(wordings()),
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void ask(), pause);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    latest = -1;
  });

  return { found, failed };
}

// Saving a form that somebody else may have saved meanwhile: what is refused is told at its field, and nothing is overwritten unasked.

import { AppError } from "@shared/errors";
import { ElMessage } from "element-plus/es/components/message/index";
import { ref, shallowRef } from "vue";
import { fieldProblems, type FieldProblems } from "./fieldProblems";
import { attempt } from "./report";

export function useSaving() {
  const busy = ref(false);
  const problems = shallowRef<FieldProblems>({});
  /** The counter somebody else's save has reached; null: nobody was quicker. */
  const overtaken = ref<number | null>(null);

  /** Whether it worked. */
  async function save(action: () => Promise<unknown>, success: string): Promise<boolean> {
    busy.value = true;
    problems.value = {};
    let saved = false;
    await attempt(async () => {
      try {
        await action();
        saved = true;
        overtaken.value = null;
        ElMessage.success(success);
      } catch (failure) {
        problems.value = fieldProblems(failure);
        const { edit } = failure instanceof AppError && failure.code === "bot_changed" ? failure.details : {};
        if (typeof edit !== "number") throw failure;
        // The form tells it, with the choice of what to do.
        overtaken.value = edit;
      }
    });
    busy.value = false;
    return saved;
  }

  return { busy, problems, overtaken, save };
}

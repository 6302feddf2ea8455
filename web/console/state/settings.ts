// One document of business rules in a form: loaded, edited, saved; nobody's changes are overwritten unasked.

import { AppError } from "@shared/errors";
import { ElMessage } from "element-plus/es/components/message/index";
import { computed, ref, shallowRef, type Ref } from "vue";
import { getEdition, putEdition } from "../api/http";
import { t } from "../i18n";
import { fieldProblems, type FieldProblems } from "./fieldProblems";
import { useLeaveGuard } from "./leaveGuard";
import { attempt } from "./report";

/** `path` as under /api/v1. `draft` is null until loaded. */
export function useSettings<T extends object>(path: string) {
  const draft: Ref<T | null> = ref(null);
  const saved = ref("");
  const tag = shallowRef<string | null>(null);
  const busy = ref(false);
  const problems = shallowRef<FieldProblems>({});
  /** Somebody else has saved since this form was loaded. */
  const overtaken = ref(false);
  const dirty = computed(() => draft.value !== null && JSON.stringify(draft.value) !== saved.value);

  function take(value: T, edition: string | null): void {
    draft.value = value;
    saved.value = JSON.stringify(value);
    tag.value = edition;
    problems.value = {};
    overtaken.value = false;
  }

  async function load(): Promise<void> {
    await attempt(async () => {
      const read = await getEdition<T>(path);
      take(read.value, read.tag);
    });
  }

  /** Whether it worked. `over`: also over what somebody else has saved. */
  async function save(over = false): Promise<boolean> {
    if (!draft.value) return false;
    const body = draft.value;
    busy.value = true;
    const worked = await attempt(async () => {
      try {
        const stored = await putEdition<T>(path, body, over ? null : tag.value);
        take(stored.value, stored.tag);
        ElMessage.success(t("settings_saved"));
      } catch (failure) {
        problems.value = fieldProblems(failure);
        overtaken.value = failure instanceof AppError && failure.code === "settings_changed";
        throw failure;
      }
    });
    busy.value = false;
    return worked;
  }

  useLeaveGuard(dirty, "settings_leave");
  return { draft, dirty, busy, problems, overtaken, load, save };
}

export type SettingsForm<T extends object> = ReturnType<typeof useSettings<T>>;

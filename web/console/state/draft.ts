// A form and what it began with: whether it was changed, and the way back.

import { computed, ref, type Ref } from "vue";

export function useDraft<T extends object>(first: T) {
  const base = ref(structuredClone(first)) as Ref<T>;
  const form = ref(structuredClone(first)) as Ref<T>;
  const dirty = computed(() => JSON.stringify(form.value) !== JSON.stringify(base.value));

  return {
    form,
    dirty,
    /** Take what the server has stored as what we began with. */
    begin(stored: T): void {
      base.value = JSON.parse(JSON.stringify(stored)) as T;
      form.value = JSON.parse(JSON.stringify(stored)) as T;
    },
    undo(): void {
      form.value = JSON.parse(JSON.stringify(base.value)) as T;
    },
  };
}

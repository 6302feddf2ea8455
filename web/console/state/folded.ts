// Which cards of the side panel are folded away; remembered in this browser.

import { computed, ref, watch } from "vue";

const KEY = "bangban.console.folded";
const folded = ref(new Set<string>(read()));
watch(folded, (names) => localStorage.setItem(KEY, JSON.stringify([...names])));

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return []; // whatever else wrote there
  }
}

export function useFolded(name: string) {
  return {
    open: computed(() => !folded.value.has(name)),
    toggle(): void {
      const next = new Set(folded.value);
      if (!next.delete(name)) next.add(name);
      folded.value = next;
    },
    unfold(): void {
      const next = new Set(folded.value);
      if (next.delete(name)) folded.value = next;
    },
  };
}

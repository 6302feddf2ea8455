// Whether a media query holds, for what CSS alone cannot decide.

import { onBeforeUnmount, readonly, ref } from "vue";

export function useMedia(query: string) {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  const update = () => (matches.value = list.matches);
  list.addEventListener("change", update);
  onBeforeUnmount(() => list.removeEventListener("change", update));
  return readonly(matches);
}

// One ticking clock for everything that shows how long somebody waits.

import { ref } from "vue";

const now = ref(Date.now());
setInterval(() => (now.value = Date.now()), 1000);

export function useNow() {
  return now;
}

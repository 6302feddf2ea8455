// Asks again now and then while somebody looks: what colleagues do has no event of its own.

import { onBeforeUnmount, onMounted } from "vue";

const EVERY_MS = 20_000;

/** Silent: a refresh that fails is tried again, and what is on the screen stays. */
export function useRefresh(action: () => Promise<unknown>): void {
  let timer = 0;
  const again = () => {
    if (document.visibilityState === "visible") void action().catch(() => undefined);
  };
  onMounted(() => {
    timer = window.setInterval(again, EVERY_MS);
    document.addEventListener("visibilitychange", again);
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", again);
  });
}

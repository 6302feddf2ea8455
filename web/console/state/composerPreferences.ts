// How an agent likes to write; remembered in this browser.

import { ref, watch } from "vue";

const KEY = "bangban.console.send";

/** Enter sends, or Ctrl (Command) and Enter does. */
export type SendKey = "enter" | "ctrl";

const sendKey = ref<SendKey>(localStorage.getItem(KEY) === "ctrl" ? "ctrl" : "enter");
watch(sendKey, (chosen) => localStorage.setItem(KEY, chosen));

export function useSendKey() {
  return sendKey;
}

/** Whether this key press sends. Enter also confirms a candidate of a Chinese input method: that one is not ours. */
export function sends(event: KeyboardEvent, key: SendKey): boolean {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return false; // 229: older Safari
  if (key === "ctrl") return event.ctrlKey || event.metaKey;
  return !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
}

// The keys of the desk. With Alt, so that they work while somebody writes; by the key's place, so that Option on a Mac,
// which types other letters, makes no difference.

import { onBeforeUnmount, onMounted } from "vue";
import { type ActionName, perform } from "./actions";

export interface Key {
  code: string;
  does: ActionName;
  shown: string;
}

export const KEYS: Key[] = [
  { code: "ArrowUp", does: "previous", shown: "↑" },
  { code: "ArrowDown", does: "next", shown: "↓" },
  { code: "KeyN", does: "claim", shown: "N" },
  { code: "KeyS", does: "search", shown: "S" },
  { code: "KeyI", does: "compose", shown: "I" },
  { code: "KeyM", does: "note", shown: "M" },
  { code: "KeyK", does: "knowledge", shown: "K" },
  { code: "KeyP", does: "panel", shown: "P" },
  { code: "KeyT", does: "transfer", shown: "T" },
  { code: "KeyE", does: "finish", shown: "E" },
];

export function keyNames(key: Key): string[] {
  return ["Alt", key.shown];
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** What stands in front of the desk takes the keys: a dialog that asks something. */
function isCovered(): boolean {
  return [...document.querySelectorAll<HTMLElement>(".el-overlay")].some((each) => each.style.display !== "none" && each.querySelector("[role=dialog]:not(.el-drawer)") !== null);
}

/** `help` opens the list of keys. */
export function useShortcuts(help: () => void): void {
  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || isCovered()) return;
    if (event.key === "?" && !isWriting(event.target) && !event.altKey && !event.ctrlKey) return help();
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const key = KEYS.find((each) => each.code === event.code);
    if (key && perform(key.does)) event.preventDefault();
  }
  onMounted(() => window.addEventListener("keydown", onKey));
  onBeforeUnmount(() => window.removeEventListener("keydown", onKey));
}

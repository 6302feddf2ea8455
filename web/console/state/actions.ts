// What can be done by key on the page that is shown: components offer it while they are there, shortcuts.ts calls it.

import { onBeforeUnmount } from "vue";

export type ActionName =
  | "previous" | "next" | "claim" | "search" | "finish" | "transfer" | "knowledge" | "compose" | "panel" | "back" | "note";

const offered = new Map<ActionName, () => void>();

export function provideAction(name: ActionName, action: () => void): void {
  offered.set(name, action);
  onBeforeUnmount(() => {
    if (offered.get(name) === action) offered.delete(name);
  });
}

/** Whether there was such an action. */
export function perform(name: ActionName): boolean {
  const action = offered.get(name);
  action?.();
  return action !== undefined;
}

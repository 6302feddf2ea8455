// The browser's store; in memory where storage is forbidden (private windows, blocked cookies).

import { openMemory, type Store } from "@shared/store";

/** What says nothing of a person: it stays when somebody logs out. */
const LASTING = ["large-text", "muted", "aloud", "language"];

/** Nothing of the conversation stays in this browser. */
export function forgetAll(store: Store): void {
  store.clear(LASTING);
}

export function openStore(prefix: string): Store {
  const memory = openMemory();
  const attempt = <T>(action: () => T, fallback: T): T => {
    try {
      return action();
    } catch {
      return fallback; // storage is forbidden or full: memory has the value for this page
    }
  };
  const stored = (): string[] =>
    attempt(() => Object.keys(localStorage), [])
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  return {
    // Only what the browser would not take is in memory: what another tab removes is gone here as well.
    get: (key) => memory.get(key) ?? attempt(() => localStorage.getItem(prefix + key), null),
    set(key, value) {
      memory.set(key, value);
      attempt(() => {
        localStorage.setItem(prefix + key, value);
        memory.remove(key);
      }, undefined);
    },
    remove(key) {
      memory.remove(key);
      attempt(() => localStorage.removeItem(prefix + key), undefined);
    },
    keys: (start) => [...new Set([...memory.keys(start), ...stored().filter((key) => key.startsWith(start))])],
    clear(except) {
      memory.clear(except);
      for (const key of stored())
        if (!except.includes(key)) attempt(() => localStorage.removeItem(prefix + key), undefined);
    },
    onChange(hear, signal) {
      const listen = ({ key, newValue }: StorageEvent) => key?.startsWith(prefix) && hear(key.slice(prefix.length), newValue);
      window.addEventListener("storage", listen, signal ? { signal } : {});
    },
  };
}

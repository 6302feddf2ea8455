// The few values the phone keeps for us, in WeChat's storage of this mini-program.

import { openMemory, type Store } from "@shared/store";

/** In memory where the storage is full (10 MB are for the whole mini-program) or forbidden. */
export function openStorage(prefix: string): Store {
  const memory = openMemory();
  const attempt = <T>(action: () => T, fallback: T): T => {
    try {
      return action();
    } catch {
      return fallback;
    }
  };
  const stored = () =>
    attempt(() => wx.getStorageInfoSync().keys, [])
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  const read = (key: string): string | null => {
    const value: unknown = attempt(() => wx.getStorageSync(prefix + key), "");
    return typeof value === "string" && value !== "" ? value : null; // "" is what WeChat gives for what is not there
  };
  return {
    get: (key) => memory.get(key) ?? read(key),
    set(key, value) {
      memory.set(key, value);
      attempt(() => {
        wx.setStorageSync(prefix + key, value);
        memory.remove(key);
      }, undefined);
    },
    remove(key) {
      memory.remove(key);
      attempt(() => wx.removeStorageSync(prefix + key), undefined);
    },
    keys: (start) => [...new Set([...memory.keys(start), ...stored().filter((key) => key.startsWith(start))])],
    clear(except) {
      memory.clear(except);
      for (const key of stored()) if (!except.includes(key)) attempt(() => wx.removeStorageSync(prefix + key), undefined);
    },
    onChange: nobodyElse,
  };
}

/** A mini-program has one page in front of one storage: nobody else writes into it. */
const nobodyElse = () => undefined;

// The few values a browser keeps for us; in memory where storage is forbidden (private windows, blocked cookies).

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export function openStore(prefix: string): Store {
  const memory = new Map<string, string>();
  const attempt = <T>(action: () => T, fallback: T): T => {
    try {
      return action();
    } catch {
      return fallback; // storage is forbidden or full: memory has the value for this page
    }
  };
  return {
    get: (key) => attempt(() => localStorage.getItem(prefix + key), null) ?? memory.get(key) ?? null,
    set(key, value) {
      memory.set(key, value);
      attempt(() => localStorage.setItem(prefix + key, value), undefined);
    },
    remove(key) {
      memory.delete(key);
      attempt(() => localStorage.removeItem(prefix + key), undefined);
    },
  };
}

// The few values a citizen's device keeps for us; where they lie is the platform's business.

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys that begin so. */
  keys(prefix: string): string[];
  /** Remove all but these. */
  clear(except: string[]): void;
  /** What others who share it (tabs) have written; null: removed. Until `signal` ends. */
  onChange(hear: (key: string, value: string | null) => void, signal?: AbortSignal): void;
}

/** A store that ends with the page. */
export function openMemory(): Store {
  const memory = new Map<string, string>();
  return {
    get: (key) => memory.get(key) ?? null,
    set: (key, value) => void memory.set(key, value),
    remove: (key) => void memory.delete(key),
    keys: (prefix) => [...memory.keys()].filter((key) => key.startsWith(prefix)),
    clear(except) {
      for (const key of [...memory.keys()]) if (!except.includes(key)) memory.delete(key);
    },
    onChange: () => undefined,
  };
}

// The citizen's token, shared by all tabs of the site: the first citizen stored wins, the other tabs follow.

import type { Store } from "@shared/store";

interface Stored {
  token: string;
  /** Whose it is. The server renews the token at each connection; the contact stays. */
  contact: string;
}

// Refusals after which the token is of no use any more, and a fresh start is.
const DEAD_TOKEN = new Set(["token_invalid", "not_authenticated"]);

function parse(value: string | null): Stored | null {
  try {
    const stored = JSON.parse(value ?? "null") as Partial<Stored> | null;
    return stored?.token && stored.contact ? { token: stored.token, contact: stored.contact } : null;
  } catch {
    return null; // written by somebody else: as good as nothing
  }
}

export function followToken(store: Store, key: string, changed: () => void, signal?: AbortSignal) {
  let own = parse(store.get(key));
  let discarded = false;

  store.onChange((name, value) => {
    const theirs = name === key ? parse(value) : null;
    if (!theirs) return;
    const another = theirs.contact !== own?.contact;
    own = theirs;
    if (another) changed();
  }, signal);

  return {
    current: () => own?.token ?? null,
    /** Whose it is; empty before the server has told. */
    contact: () => own?.contact ?? "",
    /** Take what the server gave us. False: another tab became another citizen meanwhile, and we follow it. */
    adopt(given: Stored): boolean {
      const stored = parse(store.get(key));
      if (stored && stored.contact !== given.contact && stored.token !== own?.token) {
        own = stored;
        changed();
        return false;
      }
      own = given;
      discarded = false;
      store.set(key, JSON.stringify(given));
      return true;
    },
    /** Whether to try again without the refused token; once, so that a server that always refuses is left alone. */
    rejected(code: string): boolean {
      if (!DEAD_TOKEN.has(code) || !own || discarded) return false;
      discarded = true;
      own = null;
      store.remove(key);
      return true;
    },
  };
}

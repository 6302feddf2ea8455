// What an agent is writing, per conversation: kept in this browser over reloads, until it is sent or a week old.

import { reactive } from "vue";
import { useAccount } from "./account";

const KEY = "bangban.console.drafts";
const MOST = 50;
const MAX_TEXT = 8_000;
const KEPT_MS = 7 * 24 * 3_600_000;

export interface Mentioned {
  id: string;
  name: string;
}

/** `note`: for colleagues only; kept with the text, so that it never goes out to the citizen by mistake. */
export interface ComposerDraft {
  text: string;
  note: boolean;
  mentions: Mentioned[];
  at: number;
}

type Drafts = Record<string, ComposerDraft>;

export function createDrafts(owner: string, store: Storage = localStorage) {
  const key = `${KEY}.${owner}`;
  const drafts = reactive<Drafts>(read());

  function read(): Drafts {
    try {
      const stored = JSON.parse(store.getItem(key) ?? "{}") as Record<string, Partial<ComposerDraft>>;
      const fresh = Object.entries(stored).filter(([, each]) => Date.now() - (each.at ?? 0) < KEPT_MS);
      return Object.fromEntries(
        fresh.map(([id, { text, note, mentions, at }]) => [
          id, { text: String(text ?? ""), note: note === true, mentions: Array.isArray(mentions) ? mentions : [], at: at ?? 0 },
        ]),
      );
    } catch {
      return {};
    }
  }

  function save(): void {
    const newest = Object.entries(drafts).sort(([, one], [, other]) => other.at - one.at);
    for (const [id] of newest.slice(MOST)) delete drafts[id];
    try {
      store.setItem(key, JSON.stringify(drafts));
    } catch {
      // A full store costs the agent nothing but the draft after a reload.
    }
  }

  function get(id: string): ComposerDraft {
    return drafts[id] ?? { text: "", note: false, mentions: [], at: 0 };
  }

  function put(id: string, change: Partial<Omit<ComposerDraft, "at">>): void {
    const next = { ...get(id), ...change, at: Date.now() };
    if (next.text || next.note) drafts[id] = { ...next, text: next.text.slice(0, MAX_TEXT) };
    else delete drafts[id];
    save();
  }

  return {
    get,
    put,
    /** Behind what is there already, in a line of its own. */
    add(id: string, text: string): void {
      const before = get(id).text.trimEnd();
      put(id, { text: before ? `${before}\n${text}` : text });
    },
    has: (id: string) => Boolean(drafts[id]?.text.trim()),
    forget(): void {
      for (const id of Object.keys(drafts)) delete drafts[id];
      store.removeItem(key);
    },
  };
}

export type ComposerDrafts = ReturnType<typeof createDrafts>;
const made = new Map<string, ComposerDrafts>();

/** Those of who is logged in. */
export function useDrafts(): ComposerDrafts {
  const owner = useAccount().account.value?.id ?? "nobody";
  const existing = made.get(owner);
  if (existing) return existing;
  const drafts = createDrafts(owner);
  made.set(owner, drafts);
  return drafts;
}

/** After logging out nothing of what was being written stays on a shared computer. */
export function forgetDrafts(): void {
  for (const drafts of made.values()) drafts.forget();
  made.clear();
}

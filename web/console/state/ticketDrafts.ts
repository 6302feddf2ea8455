// What somebody is writing on a ticket, per ticket: kept in this browser over reloads until it is sent, or a week old.

import { reactive } from "vue";
import { useAccount } from "./account";

const KEY = "bangban.console.ticket-drafts";
const MOST = 50;
const MAX_TEXT = 4_000;
const KEPT_MS = 7 * 24 * 3_600_000;

/** `step`: which form is open; `text`: its words. */
export interface TicketDraft {
  step: string;
  text: string;
  at: number;
}

export function createTicketDrafts(owner: string, store: Storage = localStorage) {
  const key = `${KEY}.${owner}`;
  const drafts = reactive(read());

  function read(): Record<string, TicketDraft> {
    try {
      const stored = Object.entries(JSON.parse(store.getItem(key) ?? "{}") as Record<string, Partial<TicketDraft>>);
      const fresh = stored.filter(([, each]) => Date.now() - (each.at ?? 0) < KEPT_MS);
      return Object.fromEntries(fresh.map(([id, each]) => [id, { step: String(each.step ?? ""), text: String(each.text ?? ""), at: each.at ?? 0 }]));
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
      // A full store costs nothing but the draft after a reload.
    }
  }

  return {
    get: (id: string): Omit<TicketDraft, "at"> => drafts[id] ?? { step: "", text: "" },
    put(id: string, step: string, text: string): void {
      if (text.trim()) drafts[id] = { step, text: text.slice(0, MAX_TEXT), at: Date.now() };
      else delete drafts[id];
      save();
    },
    forget(): void {
      for (const id of Object.keys(drafts)) delete drafts[id];
      store.removeItem(key);
    },
  };
}

const made = new Map<string, ReturnType<typeof createTicketDrafts>>();

/** Those of who is logged in. */
export function useTicketDrafts() {
  const owner = useAccount().account.value?.id ?? "nobody";
  const existing = made.get(owner) ?? createTicketDrafts(owner);
  made.set(owner, existing);
  return existing;
}

/** After logging out nothing of what was being written stays on a shared computer. */
export function forgetTicketDrafts(): void {
  for (const drafts of made.values()) drafts.forget();
  made.clear();
}

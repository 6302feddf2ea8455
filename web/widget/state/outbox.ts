// Messages that are not sent yet, kept in the browser: over a reload, and for the other tabs. Each is an entry of its
// own, so that tabs do not overwrite each other's; it goes as soon as the message is stored, and after a day.
//
// Several tabs may send the same one. They send in the order of writing and the server stores a client_msg_id once, so
// that each arrives once and in order, without a lock that a sleeping tab could keep (docs/adr/0039).

import { isAttached } from "@shared/content";
import type { ConversationRead } from "@shared/contract";
import type { Store } from "@shared/store";
import type { Draft, Thread } from "@shared/thread";
import { watch } from "vue";

const DAY_MS = 24 * 3600_000;
const MOST_KEPT = 20;
const MOST_CHARACTERS = 12_000;
const STATES = new Set(["sending", "waiting", "failed"]);
/** The conversation it was written to is over; DraftItem.vue says so. */
export const ENDED = "ended";

interface Kept {
  /** Whose it is; empty: written before the server was ever reached. */
  contact: string;
  /** Where it was written to, if people were serving or waited for there. */
  people: string | null;
  draft: Draft;
}

export interface OutboxPorts {
  store: Store;
  inbox: string;
  contact: () => string;
  conversation: () => ConversationRead | null;
  signal?: AbortSignal | undefined;
}

/** An entry of the store; null for what is broken, somebody else's, or a day old. */
function readKept(value: string | null, contact: string, now: number): Kept | null {
  try {
    const kept = JSON.parse(value ?? "null") as Partial<Kept> | null;
    const draft = kept?.draft;
    if (!kept || !draft || typeof draft.client_msg_id !== "string" || !STATES.has(draft.state)) return null;
    if (typeof draft.content?.type !== "string") return null;
    const age = now - Date.parse(draft.created_at);
    if (!(age < DAY_MS) || (kept.contact && contact && kept.contact !== contact)) return null;
    return { contact: kept.contact ?? "", people: kept.people ?? null, draft };
  } catch {
    return null;
  }
}

export function keepDrafts(thread: Thread, ports: OutboxPorts) {
  const { store, inbox } = ports;
  const prefix = `unsent.${inbox}.`;
  const keyOf = (id: string) => prefix + id;
  /** Where each was written to; what is in the store besides is another tab's. */
  const writtenTo = new Map<string, string | null>();
  const kept = new Set<string>();

  function keep(draft: Draft): void {
    if (isAttached(draft.content)) return; // a file is in this page alone, and goes with it
    const id = draft.client_msg_id;
    const current = ports.conversation();
    const open = current && (current.status === "assigned" || current.status === "queued");
    if (!writtenTo.has(id)) writtenTo.set(id, open ? current.id : null);
    const value = JSON.stringify({ contact: ports.contact(), people: writtenTo.get(id) ?? null, draft } satisfies Kept);
    const known = store.get(keyOf(id)) !== null;
    if (value.length > MOST_CHARACTERS || (!known && store.keys(prefix).length >= MOST_KEPT)) return;
    store.set(keyOf(id), value);
    kept.add(id);
  }

  // At once, not with the next drawing: the page may be gone by then.
  const unwatch = watch(
    thread.drafts,
    (now, before) => {
      const still = new Set(now.map((draft) => draft.client_msg_id));
      for (const { client_msg_id: id } of before) {
        if (still.has(id)) continue;
        store.remove(keyOf(id));
        writtenTo.delete(id);
        kept.delete(id);
      }
      for (const draft of now) if (!before.includes(draft)) keep(draft);
    },
    { flush: "sync" },
  );

  function adopt(key: string, { draft, people }: Kept): Draft[] {
    const id = draft.client_msg_id;
    if (key !== keyOf(id)) return [];
    if (!writtenTo.has(id)) writtenTo.set(id, people);
    kept.add(id);
    return [{ ...draft, state: draft.state === "failed" ? "failed" : "waiting" }];
  }

  /** Bring this tab and the store together: at the beginning, and before everything else is sent. */
  function takeUp(): void {
    // Sent by another tab while this one slept.
    for (const id of [...kept]) if (store.get(keyOf(id)) === null) thread.discard(id);
    const found = store.keys(prefix).flatMap((key) => {
      const entry = readKept(store.get(key), ports.contact(), Date.now());
      if (!entry) store.remove(key);
      return entry ? adopt(key, entry) : [];
    });
    thread.restore(found);
  }

  /** The server has told how the conversation stands: what may go now goes with the next flush. */
  function refresh(): void {
    takeUp();
    const current = ports.conversation();
    const open = current && current.status !== "closed" ? current.id : null;
    for (const { client_msg_id: id, state } of thread.drafts.value) {
      const people = writtenTo.get(id);
      // Written to somebody who has gone: whether it is still to be said, to the bot, is for its writer to decide.
      if (people && people !== open && state !== "failed") thread.hold(id, ENDED);
    }
  }

  store.onChange((key, value) => {
    if (!key.startsWith(prefix)) return;
    if (value === null) return thread.discard(key.slice(prefix.length)); // sent or given up over there
    const entry = readKept(value, ports.contact(), Date.now());
    // What is just being sent over there comes by itself a moment later.
    if (entry && entry.draft.state !== "sending") thread.restore(adopt(key, entry));
  }, ports.signal);
  ports.signal?.addEventListener("abort", unwatch);
  takeUp();

  return {
    refresh,
    /** Send it after all, wherever that leads now. */
    retry(id: string): void {
      writtenTo.set(id, null);
      thread.retry(id);
    },
  };
}

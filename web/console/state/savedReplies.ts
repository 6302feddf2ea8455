// The saved replies an agent may use: loaded once, looked through here, so that the list follows every key at once.

import type { ReplyGroup, ReplyVariable, SavedReplyRead } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { savedReplies as api } from "../api";

// What somebody else changed is seen at the latest then.
const FRESH_MS = 60_000;
const SHOWN = 50;

const items = shallowRef<SavedReplyRead[]>([]);
const groups = shallowRef<ReplyGroup[]>([]);
const variables = shallowRef<ReplyVariable[]>([]);
const failed = ref(false);
let loadedAt = 0;
let loading: Promise<void> | null = null;

/** How well a reply fits what was typed: the shortcut first, then the title, its initials, category and text; 0: not. */
export function fitness(reply: SavedReplyRead, typed: string): number {
  const query = typed.toLowerCase();
  if (!query) return 1;
  if (reply.shortcut === query) return 7;
  if (reply.shortcut.startsWith(query)) return 6;
  const title = reply.title.toLowerCase();
  if (title.startsWith(query)) return 5;
  if (reply.initials.startsWith(query)) return 4;
  if (title.includes(query) || reply.initials.includes(query)) return 3;
  if (reply.category.toLowerCase().includes(query)) return 2;
  return reply.text.toLowerCase().includes(query) ? 1 : 0;
}

/** What fits, best first; among those that fit alike one's own, then what is used most. */
export function search(replies: SavedReplyRead[], typed: string): SavedReplyRead[] {
  const query = typed.trim();
  return replies
    .map((reply) => ({ reply, fits: fitness(reply, query) }))
    .filter(({ fits }) => fits > 0)
    .sort((a, b) => b.fits - a.fits || b.reply.uses - a.reply.uses || Number(b.reply.scope === "own") - Number(a.reply.scope === "own"))
    .slice(0, SHOWN)
    .map(({ reply }) => reply);
}

export function useSavedReplies() {
  async function load(): Promise<void> {
    const list = await api.list();
    items.value = list.items;
    groups.value = list.groups;
    variables.value = list.variables;
    loadedAt = Date.now();
  }

  return {
    items,
    groups,
    variables,
    failed,
    /** At most once a minute; what was loaded before stays meanwhile. */
    refresh(anew = false): Promise<void> {
      if (!anew && Date.now() - loadedAt < FRESH_MS) return Promise.resolve();
      loading ??= load()
        .then(() => void (failed.value = false), () => void (failed.value = true))
        .finally(() => (loading = null));
      return loading;
    },
    search: (typed: string) => search(items.value, typed),
    used(reply: SavedReplyRead): void {
      items.value = items.value.map((each) => (each.id === reply.id ? { ...each, uses: each.uses + 1 } : each));
      void api.used(reply.id).catch(() => undefined); // only an order of offering
    },
  };
}

// The parts of the list, page by page, narrowed, and the search. What is mine and who waits is always known whole.

import type { ConversationItem, FoundConversation } from "@shared/contract";
import { computed, reactive, ref, shallowRef } from "vue";
import { conversations as api } from "../api";
import { EARLY_ROWS } from "../api/paths";
import { type Board, type DeskConversation, waitingSince } from "./board";
import { asQuery, type Filters, isNarrowed, matches, NO_FILTERS } from "./filters";
import { useSurroundings } from "./surroundings";

export type SectionName = "mine" | "queued" | "team" | "bot" | "mentioned" | "closed";

// One agent's own and the whole queue come in pages of this many, the rest as it is scrolled to.
const WHOLE = 500;
const PAGE = 100;
// What is shown first should not wait for what nobody sees yet.
const FIRST = 60;
// More than anybody scrolls through; the server stops there as well.
const MOST = 5000;
const LIVE: SectionName[] = ["mine", "queued"];

interface Paged {
  next: string | null;
  loaded: boolean;
  loading: boolean;
}

export function createSections(board: Board, me: string) {
  const { known, unread } = board;
  const { groups } = useSurroundings();
  const current = ref<SectionName>("mine");
  const filters = ref<Filters>({ ...NO_FILTERS });
  const paged = reactive(new Map<SectionName, Paged>());
  const words = ref("");
  const found = shallowRef<FoundConversation[]>([]);
  const foundNext = ref<string | null>(null);
  const foundSince = ref<string | null>(null);
  const searching = ref(false);
  let asked = 0;

  // Each by itself: a message sorts the part that is looked at and what is counted, not all six.
  const all = computed(() => [...known.values()]);
  const part = (belongs: (one: DeskConversation) => boolean, order: (a: DeskConversation, b: DeskConversation) => number) =>
    computed(() => all.value.filter(belongs).sort(order));
  const mine = part(board.isMine, waitingFirst);
  const queued = part((one) => one.status === "queued", inQueueOrder);
  const team = part((one) => one.status === "assigned" && one.owner_id !== me, waitingFirst);
  const bot = part((one) => one.status === "bot", newestFirst);
  const mentioned = part((one) => one.mentioned !== undefined && mentions.value.has(one.id), newestFirst);
  const closed = part((one) => one.status === "closed", latestClosed);
  const parts = shallowRef<Readonly<Record<SectionName, DeskConversation[]>>>({
    get mine() { return mine.value; },
    get queued() { return queued.value; },
    get team() { return team.value; },
    get bot() { return bot.value; },
    get mentioned() { return mentioned.value; },
    get closed() { return closed.value; },
  });
  // Which the server has named as mentioning me; notes that came since add to it.
  const mentions = shallowRef(new Set<string>());

  const shown = computed<DeskConversation[]>(() => {
    if (words.value) return found.value.map((one) => ({ ...one, ...known.get(one.id) }));
    const part = parts.value[current.value];
    if (!isNarrowed(filters.value)) return part;
    return part.filter((one) => matches(one, unread.get(one.id) ?? 0, filters.value, groups.value));
  });
  const state = computed<Paged>(() => paged.get(current.value) ?? { next: null, loaded: false, loading: false });

  /** All of mine and all who wait: what the desk cannot be without. The first page is shown before the rest is here. */
  async function whole(section: "mine" | "queued"): Promise<ConversationItem[]> {
    const items: ConversationItem[] = [];
    let after: string | null = null;
    do {
      const page = await api.list({ section, after, limit: after ? WHOLE : FIRST });
      if (!after && page.next) board.settle(page.items, () => false);
      items.push(...page.items);
      after = page.next;
    } while (after && items.length < MOST);
    return items;
  }

  async function fetchPage(section: SectionName, after: string | null): Promise<void> {
    const asking = { next: after, loaded: after !== null, loading: true };
    paged.set(section, asking);
    const query = asQuery(filters.value);
    board.begin();
    try {
      const page = await api.list({ section, ...query, after, limit: PAGE });
      if (JSON.stringify(query) !== JSON.stringify(asQuery(filters.value))) return;
      board.settle(page.items, () => false);
      if (section === "mentioned") {
        const ids = page.items.map((item) => item.id);
        mentions.value = new Set(after ? [...mentions.value, ...ids] : ids);
      }
      paged.set(section, { next: page.next, loaded: true, loading: false });
    } catch (failure) {
      paged.set(section, { next: after, loaded: after !== null, loading: false });
      throw failure;
    }
  }

  async function search(after: string | null = null): Promise<void> {
    const number = ++asked;
    searching.value = true;
    try {
      const page = await api.search({ q: words.value, ...asQuery(filters.value), after });
      if (number !== asked) return;
      const kept = after ? found.value : [];
      const ids = new Set(kept.map((one) => one.id));
      found.value = [...kept, ...page.items.filter((one) => !ids.has(one.id))];
      [foundNext.value, foundSince.value] = [page.next, page.since];
    } finally {
      if (number === asked) searching.value = false;
    }
  }

  return {
    current, filters, words, found, foundNext, foundSince, searching, parts, shown, state, whole,
    isLive: (section: SectionName) => LIVE.includes(section),
    noteMention(id: string): void {
      mentions.value = new Set([...mentions.value, id]);
    },
    /** Look at another part; what is not always known is fetched anew. */
    async show(section: SectionName): Promise<void> {
      current.value = section;
      if (!LIVE.includes(section)) await fetchPage(section, null);
    },
    async more(): Promise<void> {
      if (words.value) {
        if (foundNext.value && !searching.value) await search(foundNext.value);
        return;
      }
      const { next, loading } = state.value;
      if (next && !loading) await fetchPage(current.value, next);
    },
    async narrow(next: Filters): Promise<void> {
      filters.value = next;
      if (words.value) return search();
      if (!LIVE.includes(current.value)) await fetchPage(current.value, null);
    },
    async find(text: string): Promise<void> {
      words.value = text.trim();
      found.value = [];
      foundNext.value = foundSince.value = null;
      asked += 1;
      searching.value = false;
      if (words.value) await search();
    },
    /** Something to look at while the line is still being laid; what the line says afterwards is whole. */
    async early(): Promise<void> {
      const page = await api.list({ section: "mine", limit: EARLY_ROWS });
      board.settle(page.items, () => false);
    },
    /** After a reconnection: what is on the screen is fetched again. */
    async renew(): Promise<void> {
      if (words.value) await search();
      else if (!LIVE.includes(current.value)) await fetchPage(current.value, null);
    },
  };
}

/** Times and ids are plain letters: their order needs no language, and asking for one takes many times as long. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function newestFirst(a: DeskConversation, b: DeskConversation): number {
  return compare(b.updated_at, a.updated_at);
}

/** Who waits for an answer comes first, the longest wait on top. */
function waitingFirst(a: DeskConversation, b: DeskConversation): number {
  if (a.waiting_since && b.waiting_since) return compare(a.waiting_since, b.waiting_since);
  if (a.waiting_since || b.waiting_since) return a.waiting_since ? -1 : 1;
  return newestFirst(a, b);
}

/** The server's order, in which waiting and priority are weighed against each other. */
function inQueueOrder(a: DeskConversation, b: DeskConversation): number {
  return compare(a.order_at ?? waitingSince(a), b.order_at ?? waitingSince(b)) || compare(a.id, b.id);
}

function latestClosed(a: DeskConversation, b: DeskConversation): number {
  return compare(b.closed_at ?? "", a.closed_at ?? "") || compare(b.id, a.id);
}

export type Sections = ReturnType<typeof createSections>;

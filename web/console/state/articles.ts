// The list of articles under its filters, read on page by page.

import type { ArticlePage, ArticleSummary } from "@shared/contract";
import { reactive, ref, shallowRef } from "vue";
import { articles } from "../api";

const PAGE = 50;
/** So many days before its end an article counts as expiring. */
export const EXPIRING_DAYS = 30;

export const ARTICLE_STATES = ["published", "draft", "in_review", "expiring", "expired", "retired"] as const;
export type ArticleState = (typeof ARTICLE_STATES)[number];

export interface ArticleFilter {
  category: string | null;
  words: string;
  state: ArticleState | "";
  tag: string;
  region: string;
  audience: string;
  mine: boolean;
}

export function emptyFilter(): ArticleFilter {
  return { category: null, words: "", state: "", tag: "", region: "", audience: "", mine: false };
}

export function useArticles() {
  const filter = reactive(emptyFilter());
  const items = shallowRef<ArticleSummary[]>([]);
  const people = shallowRef<Record<string, string>>({});
  const next = ref<string | null>(null);
  const busy = ref(false);
  let latest = 0;

  function ask(after: string | null): Promise<ArticlePage> {
    const { state, ...others } = filter;
    const expiring = state === "expiring";
    // Alone it is the list of what ends first; with other filters it stands in the order of the articles.
    if (expiring && Object.values(others).every((value) => !value)) return articles.expiring(EXPIRING_DAYS, after);
    return articles.list({
      after,
      limit: PAGE,
      category: filter.category,
      words: filter.words.trim(),
      status: expiring ? null : state,
      expiring_within: expiring ? EXPIRING_DAYS : null,
      tag: filter.tag.trim(),
      region: filter.region,
      audience: filter.audience,
      mine: filter.mine || undefined,
    });
  }

  async function fetchPage(after: string | null): Promise<void> {
    const asked = ++latest;
    busy.value = true;
    try {
      const page = await ask(after);
      if (asked !== latest) return; // the filter changed meanwhile
      items.value = after ? [...items.value, ...page.items] : page.items;
      people.value = after ? { ...people.value, ...page.people } : page.people;
      next.value = page.next;
    } finally {
      if (asked === latest) busy.value = false;
    }
  }

  return {
    filter,
    items,
    people,
    next,
    busy,
    load: () => fetchPage(null),
    more: async () => {
      if (next.value && !busy.value) await fetchPage(next.value);
    },
  };
}

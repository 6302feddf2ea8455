// What waits for a second person, the longest waiting first, and the one being looked at with what it changes.

import type { ArticleRead, DiffRead, ReviewRead } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { articles, versions } from "../api";

export interface OpenedReview {
  review: ReviewRead;
  article: ArticleRead;
  diff: DiffRead;
}

export function useReviews() {
  const items = shallowRef<ReviewRead[]>([]);
  const people = shallowRef<Record<string, string>>({});
  const next = ref<string | null>(null);
  const opened = shallowRef<OpenedReview | null>(null);

  async function fetchPage(after: string | null): Promise<void> {
    const page = await versions.reviews(after);
    items.value = after ? [...items.value, ...page.items] : page.items;
    people.value = after ? { ...people.value, ...page.people } : page.people;
    next.value = page.next;
  }

  return {
    items,
    people,
    next,
    opened,
    load: () => fetchPage(null),
    more: () => fetchPage(next.value),
    /** Look at one. It may be decided meanwhile: then nothing is opened. */
    async open(versionId: string): Promise<void> {
      const review = items.value.find((each) => each.version_id === versionId);
      opened.value = null;
      if (!review) return;
      // One after the other: what is published is the text of `article`, so the difference must not be an older one.
      const article = await articles.read(review.article_id);
      opened.value = { review, article, diff: await versions.diff(versionId) };
    },
    /** Publish what was looked at: `edit` is its counter, and the server refuses if somebody has changed it since. */
    publish: (versionId: string, edit: number) => versions.publish(versionId, edit),
    sendBack: (versionId: string, comment: string) => versions.sendBack(versionId, comment),
  };
}

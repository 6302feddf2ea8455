// What can be read back: this conversation, and page by page the earlier ones of the citizen, to the first word.

import type { MessageRead, VisitorPayloads } from "@shared/contract";
import type { Thread } from "@shared/thread";
import { computed, ref, shallowRef } from "vue";

type Query = VisitorPayloads["list_messages"];

export interface HistoryPage {
  messages: MessageRead[];
  /** Whether there is anything before the first of them. */
  earlier: boolean;
}

const PAGE = 50;

export function createHistory(thread: Thread, read: (query: Query) => Promise<HistoryPage>) {
  /** Earlier conversations, in order; never one that is only partly here with a gap after it. */
  const archived = shallowRef<MessageRead[]>([]);
  const hasEarlier = ref(false);
  const messages = computed(() =>
    archived.value.length ? [...archived.value, ...thread.messages.value] : thread.messages.value,
  );

  async function loadEarlier(): Promise<void> {
    if (!archived.value.length && thread.hasEarlier.value) return thread.loadEarlier();
    const first = messages.value[0];
    if (!first || !hasEarlier.value) return;
    const { conversation_id, seq } = first;
    const page = await read({ conversation_id, before_seq: seq, and_earlier: true, limit: PAGE });
    if (messages.value[0] !== first) return; // another citizen, or read twice
    archived.value = [...page.messages, ...archived.value];
    hasEarlier.value = page.earlier && page.messages.length > 0;
  }

  return {
    archived,
    messages,
    hasEarlier,
    loadEarlier,
    /** A page of the present conversation was read. */
    told(query: Query, page: HistoryPage): void {
      if (query.after_seq !== undefined && query.after_seq !== null) return;
      // The newest page does not reach down to what is archived: that comes again when somebody reads back.
      if (archived.value.length && page.messages.length >= (query.limit ?? PAGE)) archived.value = [];
      if (!archived.value.length) hasEarlier.value = page.earlier;
    },
    /** Another conversation begins: what was said before stays readable above it. */
    archive(): void {
      archived.value = messages.value;
      thread.reset();
    },
    /** A message of an earlier conversation has changed. */
    update(message: MessageRead): void {
      if (archived.value.some((each) => each.id === message.id))
        archived.value = archived.value.map((each) => (each.id === message.id ? message : each));
    },
    /** Nothing of the citizen before stays. */
    forget(): void {
      archived.value = [];
      hasEarlier.value = false;
      thread.reset();
    },
  };
}

// What one was told of tickets: the newest, how many are unread. The server keeps them; a hint over the line asks anew.

import type { NoticeRead } from "@shared/contract";
import { inject, onBeforeUnmount, onMounted, ref, shallowRef } from "vue";
import { notices as api } from "../api/deadlines";
import { LINE } from "./line";
import { useLinkEvent } from "./linkEvent";
import { attempt } from "./report";

const SOON_MS = 500;
/** A hint may be lost: rows are not. */
const ANEW_MS = 120_000;
export const NOTICE_ALERT = "ticket_notice";

export function useTicketNotices() {
  const items = shallowRef<NoticeRead[]>([]);
  const unread = ref(0);
  const next = ref<string | null>(null);
  const line = inject(LINE, null);
  let timer = 0;
  let every = 0;

  function take(page: { items: NoticeRead[]; unread: number; next: string | null }): void {
    items.value = page.items;
    unread.value = page.unread;
    next.value = page.next;
  }

  async function load(): Promise<void> {
    try {
      take(await api.list());
    } catch {
      // The next hint, or the next minute, brings them.
    }
  }

  function soon(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), SOON_MS);
  }

  async function more(): Promise<void> {
    if (!next.value) return;
    await attempt(async () => {
      const page = await api.list(next.value);
      items.value = [...items.value, ...page.items];
      next.value = page.next;
    });
  }

  /** These, or all of them. What was loaded stays on the screen. */
  async function read(ids: string[] | null): Promise<void> {
    await attempt(async () => {
      unread.value = (await api.read(ids)).unread;
      const at = new Date().toISOString();
      items.value = items.value.map((each) => (!each.read_at && (ids === null || ids.includes(each.id)) ? { ...each, read_at: at } : each));
    });
  }

  if (line) useLinkEvent(line.link, "alert.raised", ({ code }) => code === NOTICE_ALERT && soon());
  onMounted(() => {
    void load();
    every = window.setInterval(soon, ANEW_MS);
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    clearInterval(every);
  });
  return { items, unread, next, more, read };
}

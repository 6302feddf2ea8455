// Pictures beside a left message: uploaded as they are chosen, each with its progress, removed or tried again.

import { AppError } from "@shared/errors";
import { shallowRef } from "vue";
import { choosePictures } from "./choosing";
import type { Session } from "./session";
import { prepare, upload, uploadUrl, type PhoneFile } from "./uploads";

const MOST = 9; // handoff/left_messages/offering.py

interface Item {
  key: number;
  file: PhoneFile;
  percent: number;
  id: string;
  problem: string;
  stopper: AbortController;
}

export function createLeftFiles({ texts, visitor }: Session) {
  const items = shallowRef<Item[]>([]);
  let next = 0;

  const find = (key: number) => items.value.find((each) => each.key === key);
  const change = (key: number, to: Partial<Item>) => (items.value = items.value.map((each) => (each.key === key ? { ...each, ...to } : each)));

  async function send(key: number): Promise<void> {
    const item = find(key);
    if (!item) return;
    change(key, { problem: "", percent: 0 });
    try {
      const { file } = await prepare(item.file);
      const limit = visitor.session.value?.exchange.max_mb ?? 0;
      if (limit && file.size > limit * 1024 * 1024) return void change(key, { problem: texts.left("file_large", { limit }) });
      const stored = await upload(file, {
        url: uploadUrl(visitor), token: visitor.session.value?.token ?? "", signal: item.stopper.signal,
        onProgress: (share) => change(key, { percent: Math.floor(share * 100) }),
      });
      change(key, { id: stored.attachment_id });
    } catch (failure) {
      change(key, { problem: failure instanceof AppError ? failure.message : texts.left("file_lost") });
    }
  }

  function remove(key: number): void {
    find(key)?.stopper.abort();
    items.value = items.value.filter((each) => each.key !== key);
  }

  return {
    items, send, remove,
    async add(): Promise<void> {
      let chosen: PhoneFile[];
      try {
        chosen = await choosePictures(MOST - items.value.length);
      } catch {
        return; // called off, or not allowed: WeChat has said so
      }
      for (const file of chosen.slice(0, MOST - items.value.length)) {
        next += 1;
        items.value = [...items.value, { key: next, file, percent: 0, id: "", problem: "", stopper: new AbortController() }];
        void send(next);
      }
    },
    /** Ids, or why it cannot be sent yet. */
    take(): { ids: string[]; problem: string } {
      const failed = items.value.some((each) => each.problem);
      const waits = items.value.some((each) => !each.id && !each.problem);
      return { ids: items.value.map((each) => each.id), problem: failed ? texts.left("files_failed") : waits ? texts.left("files_wait") : "" };
    },
    end: () => items.value.forEach((each) => each.stopper.abort()),
  };
}

// Uploads from a browser (uploading.ts): files as forms, pictures made smaller first. Loaded with the first file.

import type { FileContent } from "@shared/contract";
import { upload } from "@shared/upload";
import { effectScope, watch } from "vue";
import { useCatalogue } from "../i18n";
import { en, zh } from "../i18n/files";
import { prepare } from "./pictures";
import { createUploads } from "./uploading";
import { useVisitor, type Visitor } from "./visitor";

export { MOST_AT_ONCE } from "./uploading";

export type Uploads = ReturnType<typeof createUploads<File, ImageBitmap>>;
const made = new WeakMap<Visitor, Uploads>();

/** Those of this citizen; the first call makes the thread able to send files. */
export function useUploads(): Uploads {
  const visitor = useVisitor();
  const text = useCatalogue(zh, en);
  const existing = made.get(visitor);
  if (existing) return existing;
  const { status, session, thread } = visitor;
  const online = () => status.value === "online" && session.value !== null;
  // Uploads go on when the window is minimised: they belong to no component.
  const uploads = effectScope(true).run(() => createUploads<File, ImageBitmap>({
    drafts: thread.drafts,
    send: (content) => thread.send(content),
    limits: () => session.value?.exchange ?? null,
    online,
    untilOnline: () =>
      new Promise((go) => {
        const stop = watch(online, (now) => now && (go(), queueMicrotask(() => stop())), { immediate: true });
      }),
    prepare,
    upload(file, seconds, onProgress, signal) {
      const form = new FormData();
      form.append("file", file);
      if (seconds !== null) form.append("seconds", String(seconds));
      const url = `${visitor.origin}/api/v1/visitor/attachments?inbox=${encodeURIComponent(visitor.inbox)}`;
      return upload<FileContent>(url, form, { headers: { authorization: `Bearer ${session.value?.token ?? ""}` }, onProgress, signal });
    },
    text,
  })) as Uploads;
  // A reload would take the files with it.
  window.addEventListener("beforeunload", (event) => uploads.busy() && event.preventDefault());
  visitor.sendFilesWith(uploads);
  made.set(visitor, uploads);
  return uploads;
}

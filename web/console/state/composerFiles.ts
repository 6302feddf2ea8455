// Files on their way into a message: shown before they are sent, uploaded meanwhile, taken out or tried again.

import type { FileContent } from "@shared/contract";
import { newClientId } from "@shared/thread";
import { computed, reactive } from "vue";
import { files as api } from "../api";
import { t } from "../i18n";
import { reasonOf } from "./report";

export const MAX_MB = 20;
export const MOST = 9;

export interface TrayFile {
  key: string;
  name: string;
  size: number;
  /** An address for the preview of a picture, a voice message or a video; empty for documents. */
  preview: string;
  kind: "image" | "audio" | "video" | "file";
  seconds: number | null;
  /** 0..1 */
  share: number;
  state: "uploading" | "ready" | "failed";
  problem: string;
  content: FileContent | null;
}

function kindOf(type: string): TrayFile["kind"] {
  const family = type.split("/")[0];
  return family === "image" || family === "audio" || family === "video" ? family : "file";
}

export function createTray(upload: typeof api.send = api.send) {
  // By conversation: switching to another one neither loses nor misplaces a file.
  const trays = reactive(new Map<string, TrayFile[]>());
  const running = new Map<string, AbortController>();
  const sources = new Map<string, File>();

  function of(id: string): TrayFile[] {
    return trays.get(id) ?? [];
  }

  function change(id: string, key: string, next: Partial<TrayFile>): void {
    trays.set(id, of(id).map((each) => (each.key === key ? { ...each, ...next } : each)));
  }

  async function start(id: string, key: string): Promise<void> {
    const file = sources.get(key);
    const known = of(id).find((each) => each.key === key);
    if (!file || !known) return;
    const stopper = new AbortController();
    running.set(key, stopper);
    change(id, key, { state: "uploading", share: 0, problem: "" });
    try {
      const content = await upload(id, file, known.seconds, (share) => change(id, key, { share }), stopper.signal);
      change(id, key, { state: "ready", share: 1, content });
    } catch (failure) {
      change(id, key, { state: "failed", problem: reasonOf(failure) });
    } finally {
      running.delete(key);
    }
  }

  function add(id: string, file: File, seconds: number | null): string {
    if (of(id).length >= MOST) return t("files_too_many", { most: MOST });
    if (file.size > MAX_MB * 1024 * 1024) return t("files_too_large", { name: file.name, limit: MAX_MB });
    if (!file.size) return t("files_empty", { name: file.name });
    const kind = kindOf(file.type);
    const preview = kind === "file" ? "" : URL.createObjectURL(file);
    const made: TrayFile = {
      key: newClientId(), name: file.name, size: file.size, preview, kind, seconds, share: 0, state: "uploading", problem: "", content: null,
    };
    sources.set(made.key, file);
    trays.set(id, [...of(id), made]);
    void start(id, made.key);
    return "";
  }

  function remove(id: string, key: string): void {
    running.get(key)?.abort();
    sources.delete(key);
    const known = of(id).find((each) => each.key === key);
    if (known?.preview) URL.revokeObjectURL(known.preview);
    trays.set(id, of(id).filter((each) => each.key !== key));
  }

  return {
    of,
    remove,
    retry: (id: string, key: string) => start(id, key),
    /** What could not be taken, a sentence each. */
    take(id: string, files: Iterable<File>, seconds: number | null = null): string[] {
      return [...files].map((file) => add(id, file, seconds)).filter((problem) => problem !== "");
    },
    /** What is ready to go, taken out of the tray. */
    collect(id: string): FileContent[] {
      const ready = of(id).filter((each) => each.content);
      for (const each of ready) remove(id, each.key);
      return ready.flatMap((each) => (each.content ? [each.content] : []));
    },
  };
}

const tray = createTray();

export function useTray(conversation: () => string) {
  const files = computed(() => tray.of(conversation()));
  return {
    files,
    uploading: computed(() => files.value.some((each) => each.state === "uploading")),
    failed: computed(() => files.value.some((each) => each.state === "failed")),
    take: (chosen: Iterable<File>, seconds: number | null = null) => tray.take(conversation(), chosen, seconds),
    remove: (key: string) => tray.remove(conversation(), key),
    retry: (key: string) => tray.retry(conversation(), key),
    collect: () => tray.collect(conversation()),
  };
}

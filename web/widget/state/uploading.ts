// The citizen's own files on their way: each stands in the thread at once, is uploaded beside the others, and goes out
// as a message when its turn has come. What a file is, and how it is sent, the platform tells (uploads.ts: browsers).

import { isAttached } from "@shared/content";
import type { AttachedFile, FileContent } from "@shared/contract";
import { AppError } from "@shared/errors";
import { sizeOf } from "@shared/sizes";
import { newClientId, type Draft } from "@shared/thread";
import { markRaw, reactive, watch, type Ref } from "vue";
import type { FilesKey } from "../i18n/files";

export const MOST_AT_ONCE = 9;
const IN_FLIGHT = 2;
const MEGABYTE = 1024 * 1024;
// A line that breaks is tried again by itself, each time a little later; then the citizen is asked.
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
// Longer the citizen is told.
const LONGEST_WAIT_S = 10;
// What may be that large becomes smaller before it goes.
const LARGEST_PICTURE = 80 * MEGABYTE;

export type Kind = FileContent["type"];
export type Step = "lined_up" | "preparing" | "offline" | "uploading" | "stored" | "failed";

/** What is known of a file before it is sent. */
export interface Sendable {
  name: string;
  size: number;
  type: string;
}

/** What is drawn while it is on its way; `close` gives its memory back. */
export interface Thumb {
  close?(): void;
}

export interface Prepared<F, T> {
  file: F;
  thumb: T | null;
}

/** A photo that this browser cannot open, and hardly any other but the phone it was taken with. */
export class HeicNotReadable extends Error {}

/** What is shown of one of them. `share`: 0..1. */
export interface Progress<T> {
  step: Step;
  share: number;
  thumb: T | null;
  problem: string;
}

export interface UploadPorts<F extends Sendable, T extends Thumb> {
  drafts: Ref<Draft[]>;
  send(content: FileContent): void;
  /** What the inbox takes, once it is known. */
  limits(): { kinds: readonly string[]; max_mb: number } | null;
  online(): boolean;
  /** Resolves when the server is there. */
  untilOnline(): Promise<void>;
  prepare(file: F): Promise<Prepared<F, T>>;
  upload(file: F, seconds: number | null, onProgress: (share: number) => void, signal: AbortSignal): Promise<FileContent>;
  text(key: FilesKey, values?: Record<string, string | number>): string;
}

interface Item<F, T> {
  file: F;
  kind: Kind;
  seconds: number | null;
  prepared: Prepared<F, T> | null;
  result: Promise<AttachedFile> | null;
  stopper: AbortController;
}

export function kindOf(file: Pick<Sendable, "name" | "type">): Kind {
  const family = file.type.split("/")[0];
  if (family === "image" || family === "video") return family;
  if (family === "audio") return "voice";
  return /\.hei[cf]$/i.test(file.name) ? "image" : "file";
}

/** How long a busy server asks to wait; null for a refusal that waiting does not change. */
function busyMs({ code, details }: AppError): number | null {
  const seconds = code === "too_many_requests" ? Number(details.retry_after) : NaN;
  return seconds <= LONGEST_WAIT_S ? seconds * 1_000 : null;
}

/** That long, or until it is called off. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const timer = setTimeout(go, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), go()), { once: true });
  });
}

export function createUploads<F extends Sendable, T extends Thumb>(ports: UploadPorts<F, T>) {
  type One = Item<F, T>;
  const items = new Map<string, One>();
  const progress = reactive(new Map<string, Progress<T>>()) as Map<string, Progress<T>>;
  const waiting: (() => void)[] = [];
  let flying = 0;

  function show(key: string, change: Partial<Progress<T>>): void {
    const known = progress.get(key);
    if (known) progress.set(key, { ...known, ...change });
  }

  function refuse(code: string, message: string): AppError {
    return new AppError({ code, message });
  }

  /** Why this file cannot be sent, else nothing. */
  function problemOf(file: F, kind: Kind, most: number | null): string {
    if (!file.size) return ports.text("file_empty", { name: file.name });
    if (most === null || file.size <= most * MEGABYTE) return "";
    const size = sizeOf(file.size);
    return ports.text(kind === "video" ? "file_large_video" : "file_large", { name: file.name, size, limit: most });
  }

  /** Said before anything is done. Pictures are made smaller first, so only a monstrous one is refused here. */
  function refusal(file: F): string {
    const limits = ports.limits();
    const kind = kindOf(file);
    if (limits && !limits.kinds.includes(kind)) return ports.text("kind_not_allowed", { kind: ports.text(`kind_${kind}`) });
    return problemOf(file, kind, kind === "image" ? LARGEST_PICTURE / MEGABYTE : (limits?.max_mb ?? null));
  }

  async function turn(item: One): Promise<void> {
    if (flying >= IN_FLIGHT) await new Promise<void>((go) => waiting.push(go));
    else flying += 1;
    if (!item.stopper.signal.aborted) return;
    release();
    throw refuse("cancelled", "");
  }

  function release(): void {
    const next = waiting.shift();
    if (next) next(); // takes over the place
    else flying -= 1;
  }

  async function prepared(key: string, item: One): Promise<F> {
    if (!item.prepared) {
      show(key, { step: "preparing" });
      try {
        item.prepared = await ports.prepare(item.file);
      } catch (failure) {
        if (failure instanceof HeicNotReadable) throw refuse("heic", ports.text("file_heic"));
        item.prepared = { file: item.file, thumb: null };
      }
      show(key, { thumb: item.prepared.thumb && markRaw(item.prepared.thumb) });
    }
    const problem = problemOf(item.prepared.file, item.kind, ports.limits()?.max_mb ?? null);
    if (problem) throw refuse("file_too_large", problem);
    return item.prepared.file;
  }

  async function transfer(key: string, item: One, file: F): Promise<FileContent> {
    for (const pause of [...PAUSES_MS, null]) {
      if (!ports.online()) show(key, { step: "offline" });
      await ports.untilOnline();
      show(key, { step: "uploading", share: 0 });
      try {
        return await ports.upload(file, item.seconds, (share) => show(key, { share }), item.stopper.signal);
      } catch (failure) {
        const wait = failure instanceof AppError ? busyMs(failure) : pause;
        if (wait === null && failure instanceof AppError) throw failure;
        if (item.stopper.signal.aborted) throw refuse("cancelled", "");
        if (wait !== null && pause !== null) await rest(wait, item.stopper.signal);
      }
    }
    throw refuse("upload_lost", ports.text("upload_lost"));
  }

  async function run(key: string, item: One): Promise<AttachedFile> {
    show(key, { step: "lined_up", share: 0, problem: "" });
    await turn(item);
    try {
      const stored = await transfer(key, item, await prepared(key, item));
      show(key, { step: "stored", share: 1 });
      return { type: stored.type, attachment_id: stored.attachment_id };
    } catch (failure) {
      show(key, { step: "failed", problem: failure instanceof Error ? failure.message : "" });
      throw failure;
    } finally {
      release();
    }
  }

  function start(key: string, item: One): Promise<AttachedFile> {
    const result = run(key, item);
    result.catch(() => undefined); // whoever sends it hears of it; perhaps nobody has come to that yet
    item.result = result;
    return result;
  }

  function add(file: F, seconds: number | null): void {
    const key = `local:${newClientId()}`;
    const item: One = { file, kind: kindOf(file), seconds, prepared: null, result: null, stopper: new AbortController() };
    items.set(key, item);
    progress.set(key, { step: "lined_up", share: 0, thumb: null, problem: "" });
    void start(key, item).catch(() => undefined);
    ports.send({
      type: item.kind, attachment_id: key, url: "", name: file.name, size: file.size, media_type: file.type,
      ...(seconds === null ? {} : { seconds }),
    });
  }

  function drop(key: string): void {
    items.get(key)?.stopper.abort();
    items.delete(key);
    progress.get(key)?.thumb?.close?.();
    progress.delete(key);
  }

  // Sent, or taken back by the citizen: either way it is over for us.
  watch(
    ports.drafts,
    (drafts) => {
      const there = new Set(drafts.map(({ content }) => (isAttached(content) ? content.attachment_id : "")));
      for (const key of [...items.keys()]) if (!there.has(key)) drop(key);
    },
    { flush: "sync" },
  );

  return {
    progress: (key: string) => progress.get(key) ?? null,
    refusal,
    /** Whether anything would be lost with the page. */
    busy: () => [...progress.values()].some(({ step }) => step !== "stored" && step !== "failed"),
    /** Those that can be sent are; the others are told, a sentence each. */
    take(files: Iterable<F>, seconds: number | null = null): string[] {
      const all = [...files];
      const problems = all.slice(0, MOST_AT_ONCE).map((file) => {
        const problem = refusal(file);
        if (!problem) add(file, seconds);
        return problem;
      });
      if (all.length > MOST_AT_ONCE) problems.push(ports.text("file_many", { most: MOST_AT_ONCE }));
      return problems.filter((problem) => problem !== "");
    },
    /** What stands for the file in the message, once it is uploaded. Failed before, it is tried again. */
    stored(key: string): Promise<AttachedFile> {
      const item = items.get(key);
      if (!item) return Promise.reject(refuse("upload_gone", ports.text("upload_gone")));
      return item.result ?? start(key, item);
    },
    /** The message was refused, or the citizen wants another try: what was uploaded is not relied on. */
    again(key: string): void {
      const item = items.get(key);
      if (item) void start(key, item).catch(() => undefined);
    },
  };
}

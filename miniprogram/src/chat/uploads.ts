// The citizen's files from a phone: chosen with WeChat's own windows, made smaller, sent with wx.uploadFile. What
// happens to them on their way is the widget's (web/widget/state/uploading.ts).

import type { FileContent } from "@shared/contract";
import { AppError, ConnectionLost, isErrorBody } from "@shared/errors";
import { createUploads, type Prepared, type Sendable, type Thumb } from "@widget/state/uploading";
import type { Visitor } from "@widget/state/visitor";
import { effectScope, watch } from "vue";
import type { Texts } from "./i18n";

/** A file on this phone. */
export interface PhoneFile extends Sendable {
  path: string;
}

/** Drawn while it is on its way. */
export interface PhonePicture extends Thumb {
  path: string;
}

/** The server keeps no larger pictures either (core/filetypes.py). */
const MAX_SIDE = 2560;
// What is smaller goes as it is: the server writes pictures anew anyway.
const WORTH_BYTES = 1_500_000;
const QUALITY = 85;
// A phone's line is slow, and the server may look for viruses in a whole file.
const TIMEOUT_MS = 600_000;

const TYPES: Record<string, string> = {
  jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", gif: "image/gif", webp: "image/webp", heic: "image/heic",
  mp4: "video/mp4", mov: "video/quicktime", mp3: "audio/mpeg", m4a: "audio/mp4", aac: "audio/aac", wav: "audio/wav", amr: "audio/amr",
  pdf: "application/pdf",
};

/** By the ending of its name: WeChat tells no more. */
export function typeOf(name: string): string {
  return TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

export const nameOf = (path: string): string => path.split("/").pop() ?? path;

const sizeOf = (path: string): Promise<number> =>
  new Promise((done) => wx.getFileSystemManager().getFileInfo({ filePath: path, success: ({ size }) => done(size), fail: () => done(0) }));

/** WeChat makes JPEG of whatever it compresses; drawings and moving pictures are left alone. */
async function smaller(file: PhoneFile): Promise<PhoneFile> {
  if (file.type !== "image/jpeg") return file;
  const { width, height } = await wx.getImageInfo({ src: file.path });
  const longest = Math.max(width, height);
  if (longest <= MAX_SIDE && file.size <= WORTH_BYTES) return file;
  const share = Math.min(1, MAX_SIDE / longest);
  const { tempFilePath: path } = await wx.compressImage({
    src: file.path, quality: QUALITY, compressedWidth: Math.round(width * share), compressedHeight: Math.round(height * share),
  });
  const size = await sizeOf(path);
  return size && size < file.size ? { ...file, path, size } : file;
}

export async function prepare(file: PhoneFile): Promise<Prepared<PhoneFile, PhonePicture>> {
  if (!file.type.startsWith("image/")) return { file, thumb: null };
  const ready = await smaller(file).catch(() => file); // too odd for the phone: the server judges it
  return { file: ready, thumb: { path: ready.path } };
}

function read(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return null; // a proxy's own page
  }
}

export interface Sending {
  url: string;
  token: string;
  seconds?: number | null;
  onProgress(share: number): void;
  signal: AbortSignal;
}

/** Throws AppError (refused) or ConnectionLost (broken off, or stopped by `signal`). */
export function upload(file: PhoneFile, { url, token, seconds = null, onProgress, signal }: Sending): Promise<FileContent> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new ConnectionLost());
    const task = wx.uploadFile({
      url, filePath: file.path, name: "file", timeout: TIMEOUT_MS,
      header: { authorization: `Bearer ${token}` },
      // The part's own name is that of a temporary file.
      formData: { name: file.name, ...(seconds === null ? {} : { seconds: String(seconds) }) },
      success({ statusCode, data }) {
        const answer = read(data) as { error?: unknown } | null;
        if (statusCode >= 200 && statusCode < 300 && answer) return resolve(answer as FileContent);
        if (isErrorBody(answer?.error)) return reject(new AppError(answer.error));
        reject(statusCode >= 500 || statusCode < 300 ? new ConnectionLost() : new AppError({ code: `http_${statusCode}`, message: String(statusCode) }));
      },
      fail: () => reject(new ConnectionLost()),
    });
    task.onProgressUpdate(({ progress }) => onProgress(progress / 100));
    signal.addEventListener("abort", () => task.abort(), { once: true });
  });
}

export const uploadUrl = ({ origin, inbox }: Pick<Visitor, "origin" | "inbox">): string =>
  `${origin}/api/v1/visitor/attachments?inbox=${encodeURIComponent(inbox)}`;

/** Makes the citizen's thread able to send files. */
export function createPhoneUploads(visitor: Visitor, texts: Texts) {
  const { status, session, thread } = visitor;
  const online = () => status.value === "online" && session.value !== null;
  const make = () =>
    createUploads<PhoneFile, PhonePicture>({
      drafts: thread.drafts,
      send: (content) => thread.send(content),
      limits: () => session.value?.exchange ?? null,
      online,
      untilOnline: () =>
        new Promise((go) => {
          const stop = watch(online, (now) => now && (go(), void Promise.resolve().then(() => stop())), { immediate: true });
        }),
      prepare,
      upload: (file, seconds, onProgress, signal) =>
        upload(file, { url: uploadUrl(visitor), token: session.value?.token ?? "", seconds, onProgress, signal }),
      text: texts.files,
    });
  const uploads = effectScope(true).run(make) as ReturnType<typeof make>;
  visitor.sendFilesWith(uploads);
  return uploads;
}

export type PhoneUploads = ReturnType<typeof createPhoneUploads>;

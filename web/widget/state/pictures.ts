// Makes big pictures smaller before they are uploaded: a phone's photo is ten times what any screen of ours shows.

import { HeicNotReadable, type Prepared as Ready } from "./uploading";

/** The server keeps no more either (core/filetypes.py). */
export const MAX_SIDE = 2560;
// What is smaller goes as it is: the server writes pictures anew anyway.
const WORTH_BYTES = 1_500_000;
const JPEG_QUALITY = 0.85;
const THUMB_SIDE = 320;
const HEIC = /^image\/hei[cf]/;
const HEIC_NAME = /\.hei[cf]$/i;

/** `thumb`: to be drawn while the picture is on its way; null where the browser cannot open it. */
export type Prepared = Ready<File, ImageBitmap>;

/** width and height of a picture within `most` on its longest side; never larger than it is. */
export function within(width: number, height: number, most: number): { width: number; height: number } {
  const share = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

export function isHeic(file: File): boolean {
  return HEIC.test(file.type) || HEIC_NAME.test(file.name);
}

/** Moving pictures would stand still afterwards. Only a WebP's first bytes tell whether it moves. */
async function moves(file: File): Promise<boolean> {
  if (file.type === "image/gif") return true;
  if (file.type !== "image/webp") return false;
  const head = new Uint8Array(await file.slice(0, 21).arrayBuffer());
  return String.fromCharCode(...head.slice(12, 16)) === "VP8X" && ((head[20] ?? 0) & 2) !== 0;
}

async function draw(picture: ImageBitmap, type: string): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, within(picture.width, picture.height, MAX_SIDE));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, type, JPEG_QUALITY));
}

/** The picture as it will be uploaded. Throws HeicNotReadable; what else cannot be opened is left to the server. */
export async function prepare(file: File): Promise<Prepared> {
  if (!file.type.startsWith("image/") && !isHeic(file)) return { file, thumb: null };
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    if (isHeic(file)) throw new HeicNotReadable();
    return { file, thumb: null };
  }
  try {
    const small = within(picture.width, picture.height, THUMB_SIDE);
    const thumb = await createImageBitmap(picture, { resizeWidth: small.width, resizeHeight: small.height, resizeQuality: "medium" });
    return { file: await reduce(file, picture), thumb };
  } finally {
    picture.close();
  }
}

async function reduce(file: File, picture: ImageBitmap): Promise<File> {
  const large = Math.max(picture.width, picture.height) > MAX_SIDE || file.size > WORTH_BYTES;
  if (!isHeic(file) && (!large || (await moves(file)))) return file;
  // Screenshots and drawings may be transparent and have sharp letters: WebP keeps both; Safari makes a PNG of it.
  const blob = await draw(picture, file.type === "image/png" || file.type === "image/webp" ? "image/webp" : "image/jpeg");
  if (!blob || (blob.size >= file.size && !isHeic(file))) return file;
  const stem = file.name.replace(/\.[^.]*$/, "") || "picture";
  const ending = { "image/webp": "webp", "image/png": "png" }[blob.type] ?? "jpg";
  return new File([blob], `${stem}.${ending}`, { type: blob.type });
}

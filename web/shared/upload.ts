// Sends a form with a file and tells how far it is, which fetch cannot; used by citizens and agents.

import { AppError, ConnectionLost, isErrorBody } from "./errors";

export interface UploadOptions {
  headers?: Record<string, string>;
  /** Gets the share that is on its way, 0..1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal | undefined;
}

// Phones lose the line without telling. What the server does with a whole file (a virus scan) may take as long.
const SILENCE_MS = 90_000;

/** The answer's JSON. Throws AppError (refused) or ConnectionLost (broken off, silent, or stopped by `signal`). */
export function upload<T>(url: string, form: FormData, { headers = {}, onProgress, signal }: UploadOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ConnectionLost());
    const sending = new XMLHttpRequest();
    const stop = () => sending.abort();
    let silence = window.setTimeout(stop, SILENCE_MS);
    const heard = () => {
      clearTimeout(silence);
      silence = window.setTimeout(stop, SILENCE_MS);
    };
    sending.open("POST", url);
    sending.responseType = "json";
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.upload.onprogress = (event) => {
      heard();
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    sending.onerror = sending.onabort = () => reject(new ConnectionLost());
    sending.onload = () => {
      if (sending.status >= 200 && sending.status < 300) return resolve(sending.response as T);
      const error = (sending.response as { error?: unknown } | null)?.error;
      reject(new AppError(isErrorBody(error) ? error : { code: `http_${sending.status}`, message: sending.statusText }));
    };
    sending.onloadend = () => {
      clearTimeout(silence);
      signal?.removeEventListener("abort", stop);
    };
    signal?.addEventListener("abort", stop);
    sending.send(form);
  });
}

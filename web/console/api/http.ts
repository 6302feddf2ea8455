// HTTP with the session cookie; every failure becomes an AppError with the server's sentence.

import { AppError, ConnectionLost, isErrorBody } from "@shared/errors";
import { upload as send } from "@shared/upload";
import { dropAhead, takeAhead } from "./ahead";

const BASE = "/api/v1";

export type Query = Record<string, string | number | boolean | null | undefined>;

/** The address of a route, also for links that the browser follows itself (downloads). */
export function address(path: string, query: Query = {}): string {
  const wanted = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const search = new URLSearchParams(wanted.map(([key, value]) => [key, String(value)])).toString();
  return BASE + path + (search ? `?${search}` : "");
}

async function request<T>(method: string, url: string, body?: object): Promise<T> {
  return (await exchange<T>(method, url, body)).value;
}

/** A document and which edition of it this is (its entity tag). */
export interface Edition<T> {
  value: T;
  tag: string | null;
}

async function exchange<T>(method: string, url: string, body?: object, seen: string | null = null): Promise<Edition<T>> {
  // A form with a file names its own content type, with the boundary in it.
  const form = body instanceof FormData;
  let response: Response;
  const ahead = method === "GET" ? takeAhead(url) : dropAhead();
  try {
    response = await (ahead ?? fetch(url, {
      method,
      credentials: "same-origin",
      headers: {
        ...(body === undefined || form ? {} : { "content-type": "application/json" }),
        ...(seen === null ? {} : { "if-match": seen }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    }));
  } catch {
    throw new ConnectionLost();
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return { value: answer as T, tag: response.headers.get("etag") };
  const error = (answer as { error?: unknown } | null)?.error;
  throw new AppError(isErrorBody(error) ? error : { code: `http_${response.status}`, message: response.statusText });
}

export function get<T>(path: string, query: Query = {}): Promise<T> {
  return request<T>("GET", address(path, query));
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return request<T>("POST", address(path), body);
}

export function put<T>(path: string, body: object): Promise<T> {
  return request<T>("PUT", address(path), body);
}

export function patch<T>(path: string, body: object): Promise<T> {
  return request<T>("PATCH", address(path), body);
}

export function remove<T>(path: string): Promise<T> {
  return request<T>("DELETE", address(path));
}

export function getEdition<T>(path: string): Promise<Edition<T>> {
  return exchange<T>("GET", address(path));
}

/** Refused with `settings_changed` when another edition than `seen` is stored by now; null overwrites it. */
export function putEdition<T>(path: string, body: object, seen: string | null): Promise<Edition<T>> {
  return exchange<T>("PUT", address(path), body, seen);
}

/** Send a form with a file. `onProgress` gets the share that is on its way, 0..1. */
export function upload<T>(
  path: string,
  form: FormData,
  onProgress: (share: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<T> {
  return send<T>(address(path), form, { onProgress, signal });
}

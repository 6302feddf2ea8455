// HTTP with the session cookie; every failure becomes an AppError with the server's sentence.

import { AppError, ConnectionLost, isErrorBody } from "@shared/errors";

const BASE = "/api/v1";

type Query = Record<string, string | number | boolean | null | undefined>;

function address(path: string, query: Query): string {
  const wanted = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const search = new URLSearchParams(wanted.map(([key, value]) => [key, String(value)])).toString();
  return BASE + path + (search ? `?${search}` : "");
}

async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ConnectionLost();
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const error = (answer as { error?: unknown } | null)?.error;
  throw new AppError(isErrorBody(error) ? error : { code: `http_${response.status}`, message: response.statusText });
}

export function get<T>(path: string, query: Query = {}): Promise<T> {
  return request<T>("GET", address(path, query));
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return request<T>("POST", address(path, {}), body);
}

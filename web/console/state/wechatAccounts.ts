// The accounts of WeChat's three services as one list, and the form of one of them.

import type { MiniProgramUpdate } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { KINDS, wechat, type Kind, type WeChatRead, type WeChatUpdate } from "../api/wechat";
import { attempt } from "./report";

export interface WeChatAccount {
  kind: Kind;
  read: WeChatRead;
}

export function useWeChatAccounts() {
  const items = shallowRef<WeChatAccount[]>([]);
  const loaded = ref(false);

  async function load(): Promise<void> {
    await attempt(async () => {
      const lists = await Promise.all(KINDS.map((kind) => wechat.list(kind)));
      items.value = KINDS.flatMap((kind, place) => (lists[place] ?? []).map((read) => ({ kind, read })));
    });
    loaded.value = true;
  }

  return { items, loaded, load };
}

export const SECRETS = ["token", "app_secret", "encoding_aes_key"] as const;
export type Secret = (typeof SECRETS)[number];

/** Every field any of the three kinds has; a kind's body takes its own. Secrets are empty until somebody types one. */
export interface WeChatDraft extends Record<Secret, string> {
  inbox: string;
  name: string;
  app_id: string;
  corp_id: string;
  open_kfid: string;
  mode: "plain" | "compatible" | "encrypted";
  format: NonNullable<MiniProgramUpdate["format"]>;
  menus: boolean;
  page_inbox: string;
  page_login: boolean;
  welcome: string;
  hot_questions: string[];
}

const BLANK: WeChatDraft = {
  inbox: "", name: "", app_id: "", corp_id: "", open_kfid: "", mode: "encrypted", format: "json", menus: true, page_inbox: "", page_login: false,
  welcome: "", hot_questions: [], token: "", app_secret: "", encoding_aes_key: "",
};

export function draftOf(read: WeChatRead | null): WeChatDraft {
  if (!read) return { ...BLANK };
  const known = Object.entries(read).filter(([key]) => key in BLANK);
  return { ...BLANK, ...Object.fromEntries(known) } as WeChatDraft;
}

const FIELDS: Record<Kind, (keyof WeChatDraft)[]> = {
  wechat: ["app_id", "mode", "menus", "page_inbox", "page_login"],
  miniprogram: ["app_id", "mode", "format", "page_inbox"],
  wecom: ["corp_id", "open_kfid"],
};

/** What is sent: secrets only where one was typed; for a new account no empty welcome, so that it gets the default. */
export function bodyOf(kind: Kind, draft: WeChatDraft, isNew: boolean): WeChatUpdate {
  const keys = [...FIELDS[kind], "name", "welcome", "hot_questions"] as (keyof WeChatDraft)[];
  const entries = keys.filter((key) => !(isNew && key === "welcome" && draft.welcome === "")).map((key) => {
    const value = draft[key];
    return [key, Array.isArray(value) ? value.map((line) => line.trim()).filter((line) => line) : typeof value === "string" ? value.trim() : value];
  });
  const typed = SECRETS.filter((secret) => draft[secret].trim()).map((secret) => [secret, draft[secret].trim()]);
  return Object.fromEntries([...entries, ...typed]) as WeChatUpdate;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A secret that is ours to choose and is entered at WeChat too. */
export function made(secret: "token" | "encoding_aes_key"): string {
  const length = secret === "token" ? 32 : 42;
  // 248 is the largest multiple of 62 below 256: what is above would favour the first letters.
  const bytes: number[] = [];
  while (bytes.length < length) bytes.push(...[...crypto.getRandomValues(new Uint8Array(64))].filter((byte) => byte < 248));
  const text = bytes.slice(0, length).map((byte) => LETTERS[byte % LETTERS.length]).join("");
  // The 43rd letter of an AES key carries two spare bits, which must be nought: A decodes to that.
  return secret === "token" ? text : `${text}A`;
}

// The accounts of WeChat's three services, and the menus of official accounts.

import type { AccountCheck, MenuConfig, MenuEdited, MiniProgramRead, MiniProgramUpdate, OfficialRead, OfficialUpdate, ReminderConfig, ReminderRead, TrialResult, WecomRead, WecomUpdate } from "@shared/contract";
import { get, patch, post, put } from "./http";

/** 公众号, 小程序, 微信客服. */
export const KINDS = ["wechat", "miniprogram", "wecom"] as const;
export type Kind = (typeof KINDS)[number];
export type WeChatRead = OfficialRead | MiniProgramRead | WecomRead;
export type WeChatUpdate = OfficialUpdate | MiniProgramUpdate | WecomUpdate;

const MENUS = "/wechat/menus";

export const wechat = {
  list: async (kind: Kind) => (await get<{ items: WeChatRead[] }>(`/${kind}/accounts`)).items,
  connect: (kind: Kind, inbox: string, body: WeChatUpdate) => put<WeChatRead>(`/${kind}/accounts/${encodeURIComponent(inbox)}?new=true`, body),
  save: (kind: Kind, inbox: string, body: WeChatUpdate) => put<WeChatRead>(`/${kind}/accounts/${inbox}`, body),
  use: (kind: Kind, inbox: string, enabled: boolean) => patch<{ ok: boolean }>(`/${kind}/accounts/${inbox}`, { enabled }),
  check: (kind: Kind, inbox: string) => post<AccountCheck>(`/${kind}/accounts/${inbox}/check`),
  /** Of an official account; a mini-program's is saved with the account. */
  reminder: async (inbox: string) => (await get<ReminderRead>(`/wechat/accounts/${inbox}/reminder`)).reminder,
  saveReminder: (inbox: string, reminder: ReminderConfig | null) => put<ReminderRead>(`/wechat/accounts/${inbox}/reminder`, { reminder }),
  tryReminder: (inbox: string, openid: string) => post<TrialResult>(`/wechat/accounts/${inbox}/reminder/test`, { openid }),
  menu: (inbox: string) => get<MenuEdited>(`${MENUS}/${inbox}`),
  saveMenu: (inbox: string, menu: MenuConfig | null) => put<{ ok: boolean }>(`${MENUS}/${inbox}`, { menu }),
  pushMenu: (inbox: string) => post<{ ok: boolean }>(`${MENUS}/${inbox}/push`),
};

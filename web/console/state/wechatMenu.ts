// The menu of an official account while it is edited: what a tap does, and what WeChat allows of names and values.

import type { MenuButton, MenuConfig, MenuEdited, MenuItem } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import { wechat } from "../api/wechat";
import { attempt } from "./report";

/** What a tap does. `items`: only a button of the first level. */
export const ACTIONS = ["say", "url", "hot", "app"] as const;
export type Action = (typeof ACTIONS)[number] | "items";

/** Sizes are WeChat's, in bytes of UTF-8 (channels/wechat/menu.py). */
export const BYTES = { button: 16, item: 60, say: 124, url: 1024, page: 512 } as const;
export const BUTTONS = 3;
export const ITEMS = 5;
/** What WeChat shows of a name: so many Chinese characters, then dots. */
const SHOWN = { button: 4, item: 8 } as const;

export type Entry = { name: string; action: Action; say: string; url: string; app_id: string; page: string };
export type ButtonDraft = Entry & { items: Entry[] };

export const bytesOf = (text: string): number => new TextEncoder().encode(text.trim()).length;

export function blank(action: Action): Entry {
  return { name: "", action, say: "", url: "", app_id: "", page: "" };
}

function entryOf(read: MenuItem): Entry {
  const action: Action = read.app ? "app" : read.url ? "url" : read.hot ? "hot" : "say";
  return { name: read.name, action, say: read.say ?? "", url: read.app?.url ?? read.url ?? "", app_id: read.app?.app_id ?? "", page: read.app?.page ?? "" };
}

export function draftOf(config: MenuConfig): ButtonDraft[] {
  return config.buttons.map((button) => {
    const items = button.items.map(entryOf);
    return { ...entryOf(button), items, ...(items.length ? { action: "items" as const } : {}) };
  });
}

function itemOf(entry: Entry): MenuItem {
  const url = entry.url.trim();
  return {
    name: entry.name.trim(),
    hot: entry.action === "hot",
    say: entry.action === "say" && entry.say.trim() ? entry.say.trim() : null,
    url: entry.action === "url" ? url : null,
    app: entry.action === "app" ? { app_id: entry.app_id.trim(), page: entry.page.trim(), url } : null,
  };
}

export function configOf(buttons: ButtonDraft[]): MenuConfig {
  return { buttons: buttons.map((button): MenuButton => ({ ...itemOf(button), items: button.action === "items" ? button.items.map(itemOf) : [] })) };
}

/** Key of the text that says what is wrong with an entry; null: nothing. */
export function problemOf(entry: Entry, level: "button" | "item") {
  if (!entry.name.trim()) return "wx_menu_name_missing";
  if (bytesOf(entry.name) > BYTES[level]) return "wx_menu_name_long";
  if (entry.action === "say" && bytesOf(entry.say) > BYTES.say) return "wx_menu_value_long";
  if (entry.action === "url" || entry.action === "app") {
    if (!/^https?:\/\/\S+$/.test(entry.url.trim())) return "wx_menu_url_wrong";
    if (bytesOf(entry.url) > BYTES.url) return "wx_menu_value_long";
  }
  if (entry.action === "app" && !/^wx[A-Za-z0-9]{6,62}$/.test(entry.app_id.trim())) return "wx_menu_app_wrong";
  if (entry.action === "app" && !entry.page.trim()) return "wx_menu_page_missing";
  return null;
}

/** The name as WeChat shows it. */
export function shownName(name: string, level: "button" | "item"): string {
  let width = 0;
  for (const [place, letter] of [...name.trim()].entries()) {
    width += (letter.codePointAt(0) ?? 0) > 0xff ? 1 : 0.5;
    if (width > SHOWN[level]) return `${[...name.trim()].slice(0, place).join("")}…`;
  }
  return name.trim();
}

export function useMenu(inbox: string) {
  const read = shallowRef<MenuEdited | null>(null);
  const buttons = ref<ButtonDraft[]>([]);
  const saved = ref("");
  const isEdited = computed(() => JSON.stringify(configOf(buttons.value)) !== saved.value);
  const isSound = computed(() =>
    buttons.value.length > 0 &&
    buttons.value.every((button) => !problemOf(button, "button") && (button.action !== "items" || (button.items.length > 0 && button.items.every((item) => !problemOf(item, "item"))))),
  );

  /** Only how the push goes, or the whole form too. */
  async function load(whole: boolean): Promise<void> {
    await attempt(async () => {
      read.value = await wechat.menu(inbox);
      if (!whole) return;
      buttons.value = read.value.config ? draftOf(read.value.config) : [];
      saved.value = JSON.stringify(configOf(buttons.value));
    });
  }

  return { read, buttons, isEdited, isSound, load };
}

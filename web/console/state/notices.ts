// What calls the agent: sounds, the count in the title and on the icon, notifications of the desktop.
//
// They say that something happened and never what was written or by whom: screens are shared and looked over.

import { ref, watch, type Ref } from "vue";
import { t } from "../i18n";
import { showBadge } from "./badge";
import { useSound, type Tone } from "./sound";

const KEY = "bangban.console.desktop-notices";

export type Notice = Tone;

// Whether the agent asked for them here; the browser has to agree as well.
const wanted = ref(localStorage.getItem(KEY) === "on");
watch(wanted, (on) => localStorage.setItem(KEY, on ? "on" : "off"));

export function canNotify(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

/** Asked on a click: browsers refuse pages that ask by themselves. False: the browser or its user refused. */
export async function askToNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  wanted.value = (await Notification.requestPermission()) === "granted";
  return wanted.value;
}

export function useDesktopNotices() {
  return { wanted, canNotify, askToNotify };
}

export function createNotices(count: Ref<number>) {
  const { play } = useSound();
  const title = document.title;
  // Where a click on a notification leads; the shell sets it.
  const visit = ref<(id: string) => void>(() => undefined);

  const stop = watch(count, (now) => {
    document.title = now ? `(${now}) ${title}` : title;
    showBadge(now);
  }, { immediate: true });

  function pop(kind: Notice, id: string): void {
    if (!wanted.value || !canNotify() || document.hasFocus()) return;
    // One a conversation: a new one takes the place of the one before.
    const shown = new Notification(t("notice_title"), { body: t(`notice_${kind}`), tag: `${kind}:${id}` });
    shown.onclick = () => {
      window.focus();
      visit.value(id);
      shown.close();
    };
  }

  return {
    visit,
    tell(kind: Notice, id: string): void {
      play(kind);
      pop(kind, id);
    },
    end(): void {
      stop();
      document.title = title;
      showBadge(0);
    },
  };
}

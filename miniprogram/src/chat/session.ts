// One citizen at the chat of a mini-program, from the page's coming to its going: the widget's own session on WeChat's
// line and storage.

import { pickLocale } from "@shared/i18n";
import { createLeftMessages } from "@widget/state/leftMessages";
import { createPreferences } from "@widget/state/preferences";
import { createRating } from "@widget/state/rating";
import { createOwnTickets } from "@widget/state/ownTickets";
import { createTickets } from "@widget/state/tickets";
import { createVisitor } from "@widget/state/visitor";
import { effectScope, ref, watch } from "vue";
import { watchDevice, wishedLanguage, wishedScale } from "./device";
import { createTexts } from "./i18n";
import { createPlayer } from "./player";
import { createReminders } from "./reminders";
import { openStorage } from "./storage";
import { WechatTransport } from "./transport";
import { createPhoneUploads } from "./uploads";

export interface SessionOptions {
  /** Where Bangban is, without a slash at the end. */
  server: string;
  inbox: string;
  /** The page of the mini-program the chat is on. */
  page: () => string;
  subChannel: string;
  /** "zh-CN", "en", or empty for WeChat's own. */
  language: string;
}

// WeChat stops a hidden mini-program's sockets some seconds after, and does not always say so.
const DEAD_AFTER_MS = 5_000;
// A blip that the socket repairs at once needs no word.
const PATIENCE_MS = 1_200;

/** WeChat's word for who opens the chat; each is good for one exchange, within five minutes. */
async function prove(): Promise<{ wechat_code: string }> {
  const { code } = await wx.login({ timeout: 10_000 });
  return { wechat_code: code };
}

export function createSession(options: SessionOptions) {
  const store = openStorage(`bangban.${options.inbox}.`);
  const device = watchDevice();
  const leaving = new AbortController();
  const { signal } = leaving;
  const scope = effectScope(true);

  function begin() {
    const preferences = createPreferences(store, pickLocale(options.language, wishedLanguage()));
    const texts = createTexts(() => preferences.locale.value);
    const visitor = createVisitor({
      origin: options.server, inbox: options.inbox, subChannel: options.subChannel, page: options.page,
      store, signal, prove, line: { transports: [WechatTransport], onNetwork: device.onNetwork },
    });
    const { link, status } = visitor;
    const inFront = ref(true); // the page of the chat, within the mini-program
    const down = ref(false); // the line has been down for longer than a blip
    let patience: ReturnType<typeof setTimeout> | 0 = 0;

    watch(status, (now) => {
      clearTimeout(patience);
      if (now === "offline" || now === "connecting") patience = setTimeout(() => (down.value = true), PATIENCE_MS);
      else down.value = false;
    });
    signal.addEventListener("abort", () => clearTimeout(patience));
    watch([inFront, device.shown], ([front, shown]) => visitor.watch(front && shown), { immediate: true });
    // Back after a while: what looks like a line may be none, and a fresh one is there in a moment.
    device.onBack((awayMs) => (status.value === "online" && awayMs > DEAD_AFTER_MS ? visitor.reopen() : link.hurry()));

    const tickets = createTickets(visitor, store, signal);
    return {
      options, visitor, preferences, texts, device, down, inFront, store,
      scale: wishedScale(),
      rating: createRating(visitor, store, signal),
      left: createLeftMessages(visitor, store, signal),
      tickets, own: createOwnTickets(visitor, tickets, signal),
      uploads: createPhoneUploads(visitor, texts),
      player: createPlayer(signal),
      reminders: createReminders(visitor, texts),
      end(): void {
        leaving.abort();
        scope.stop();
        device.end();
        link.close();
      },
    };
  }

  return scope.run(begin) as ReturnType<typeof begin>;
}

export type Session = ReturnType<typeof createSession>;

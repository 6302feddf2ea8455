// One citizen at the window, from coming to leaving: somebody without login, or who is logged in on the website.
// Who logs in or out is somebody else to us, and nothing of the one before stays on the screen.

import { onBrowserOnline } from "@shared/online";
import { FILES } from "@shared/parts";
import { createApp, ref, watch, type App } from "vue";
import Widget from "./components/Widget.vue";
import { LOCALE } from "./i18n";
import { closedKey, type Stage } from "./launch";
import { createLeftMessages, LEFT } from "./state/leftMessages";
import { createPreferences, PREFERENCES } from "./state/preferences";
import { createRating, RATING } from "./state/rating";
import { openMemory } from "@shared/store";
import { createSpeech, readNews, SPEECH } from "./state/speech";
import { createTickets, TICKETS } from "./state/tickets";
import { STYLES, type StyleAdder } from "./state/styles";
import { createVisitor, VISITOR, type Visitor } from "./state/visitor";
import { WINDOW } from "./state/window";

// Refusals of a login. The citizen is served all the same, as somebody without login.
const LOGIN_REFUSED = /^identity_/;

export interface Session {
  visitor: Visitor;
  opened: () => boolean;
  open(): void;
  /** `byCitizen`: it is not opened again unasked. */
  close(byCitizen?: boolean): void;
  end(): void;
}

/** `refused`: the login (`jwt`) is not accepted, go on without. */
export function createSession(
  stage: Stage,
  addSheet: StyleAdder,
  jwt: string | null,
  refused: () => void,
): Session {
  const { options, look, hub, button, page } = stage;
  const leaving = new AbortController();
  const { signal } = leaving;
  // What somebody wrote who is logged in stays out of the browser's store: they may not be the only one to use it.
  const store = jwt === null ? stage.store : openMemory();
  const visitor = createVisitor({
    ...options, store, jwt, signal, page: () => location.pathname, line: { onNetwork: onBrowserOnline },
  });
  const preferences = createPreferences(stage.store, options.locale);
  const speech = createSpeech(preferences.locale);
  const opened = ref(page);

  const watchWhileVisible = (): void => visitor.watch(opened.value && document.visibilityState === "visible");
  document.addEventListener("visibilitychange", watchWhileVisible, { signal });

  function open(): void {
    visitor.open();
    if (!opened.value) {
      opened.value = true;
      button?.show(false);
      hub.emit("open", {});
    }
    watchWhileVisible();
  }

  function close(byCitizen = false): void {
    if (!opened.value || page) return;
    opened.value = false;
    visitor.watch(false);
    button?.show(true, byCitizen);
    if (byCitizen) stage.store.set(closedKey(options), String(Date.now()));
    hub.emit("close", {});
  }

  const left = createLeftMessages(visitor, store, signal);
  // Where citizens of other channels are sent to leave a message (handoff/left_messages/offering.py).
  if (page && location.hash === "#leave") left.open("form");
  const tickets = createTickets(visitor, store, signal);
  if (page && location.hash === "#tickets") tickets.open("list");

  const app: App = createApp(Widget)
    .provide(LOCALE, preferences.locale)
    .provide(SPEECH, speech)
    .provide(PREFERENCES, preferences)
    .provide(VISITOR, visitor)
    .provide(RATING, createRating(visitor, store, signal))
    .provide(LEFT, left)
    .provide(TICKETS, tickets)
    .provide(FILES, options.origin)
    .provide(STYLES, addSheet)
    .provide(WINDOW, { titles: look.titles, logo: look.logo, page, opened, close: () => close(true) });

  const unwatch = [
    watch(visitor.unread, (count) => {
      button?.unread(count);
      hub.emit("unread", { count });
    }),
    watch(preferences.largeText, (on) => button?.largeText(on), { immediate: true }),
  ];
  visitor.link.on("message.created", ({ id, author, content }) => {
    hub.emit("message", { id, author: author.kind, type: content.type });
  });
  readNews({
    speech, opened, signal, watching: visitor.watching,
    wanted: () => preferences.largeText.value && preferences.aloud.value,
    onMessage: (hear) => visitor.link.on("message.created", hear),
  });
  visitor.link.onStatus((status, error) => {
    if (status !== "refused" || !error || signal.aborted) return;
    hub.emit("error", { code: error.code, message: error.message });
    if (jwt !== null && LOGIN_REFUSED.test(error.code)) refused();
  });

  // Tone and title are for who has been served once; nothing of them is in the first view.
  const stopNews = watch(visitor.status, (status) => {
    if (status !== "online") return;
    stopNews();
    void Promise.all([import("./state/alerts"), import("./i18n/talk")]).then(([alerts, { zh, en }]) => {
      const sign = (preferences.locale.value === "en" ? en : zh).new_in_title;
      if (!signal.aborted) alerts.watchNews({ visitor, muted: preferences.muted, sign, signal });
    });
  });
  // Put away in one tab is put away in all.
  window.addEventListener(
    "storage",
    (event) => {
      if (event.newValue && event.key?.endsWith(closedKey(options))) close();
    },
    { signal },
  );

  const mount = document.createElement("div");
  unwatch.push(watch(preferences.locale, (locale) => (mount.lang = locale), { immediate: true }));
  stage.root.append(mount);
  app.mount(mount);

  return {
    visitor,
    opened: () => opened.value,
    open,
    close,
    end() {
      leaving.abort();
      unwatch.forEach((stop) => stop());
      app.unmount();
      mount.remove();
      visitor.link.close();
      button?.unread(0);
    },
  };
}

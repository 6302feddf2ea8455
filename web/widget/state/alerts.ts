// A tone and a blinking title for whoever is not looking: loaded once a citizen is connected (session.ts).

import type { MessageRead } from "@shared/contract";
import { watch, type Ref } from "vue";
import type { Visitor } from "./visitor";

export interface AlertPorts {
  visitor: Visitor;
  muted: Ref<boolean>;
  /** What is put before the page's title. */
  sign: string;
  signal: AbortSignal;
}

// Another window may be in front and read it at once.
const PATIENCE_MS = 400;
const BLINK_MS = 1_000;
const NOTES_HZ = [740, 988];
const NOTE_SECONDS = 0.13;
const LOUDNESS = 0.07;
const RANG = "rang";

/** Two short notes. Browsers let a page sound only after somebody has done something on it. */
export function createTone() {
  let context: AudioContext | null = null;
  return async function ring(): Promise<void> {
    if (!navigator.userActivation?.hasBeenActive || typeof AudioContext === "undefined") return;
    context ??= new AudioContext();
    if (context.state === "suspended") await context.resume();
    const begin = context.currentTime + 0.02;
    NOTES_HZ.forEach((frequency, place) => {
      if (!context) return;
      const [note, volume] = [context.createOscillator(), context.createGain()];
      const from = begin + place * NOTE_SECONDS;
      note.frequency.value = frequency;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + NOTE_SECONDS);
      note.connect(volume).connect(context.destination);
      note.start(from);
      note.stop(from + NOTE_SECONDS);
    });
  };
}

/** The page's title with a sign before it, on and off; the page may change its title meanwhile. */
export function createTitle(sign: string) {
  const calm = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
  let timer = 0;
  const plain = () => (document.title.startsWith(sign) ? document.title.slice(sign.length) : document.title);
  const marked = () => document.title.startsWith(sign);
  return {
    blink(): void {
      if (timer) return;
      document.title = sign + plain();
      timer = window.setInterval(() => {
        if (!calm || !marked()) document.title = marked() ? plain() : sign + plain();
      }, BLINK_MS);
    },
    stop(): void {
      clearInterval(timer);
      timer = 0;
      document.title = plain();
    },
  };
}

export function watchNews({ visitor, muted, sign, signal }: AlertPorts, ring = createTone()): void {
  const { link, store, unread, watching } = visitor;
  const title = createTitle(sign);

  /** One of the tabs rings: the first to say so. */
  function mine(message: MessageRead): boolean {
    if (store.get(RANG) === message.id) return false;
    store.set(RANG, message.id);
    return true;
  }

  link.on("message.created", (message) => {
    const { kind } = message.author;
    if (signal.aborted || watching.value || (kind !== "agent" && kind !== "bot")) return;
    window.setTimeout(() => {
      if (signal.aborted || watching.value || !unread.value) return; // read meanwhile, here or in another tab
      if (document.visibilityState === "hidden") title.blink();
      if (!muted.value && mine(message)) void ring().catch(() => undefined);
    }, PATIENCE_MS);
  });

  const calm = (): void => {
    if (document.visibilityState === "visible" || !unread.value) title.stop();
  };
  document.addEventListener("visibilitychange", calm, { signal });
  const unwatch = watch(unread, calm);
  signal.addEventListener("abort", () => {
    unwatch();
    title.stop();
  });
}

// Reading aloud with the browser's own voice: one message at a time, in sentences, because browsers fall silent in
// long ones. Where a browser has no voice there is nothing to press.

import { contentLine, type Content } from "@shared/content";
import type { Locale } from "@shared/i18n";
import type { MessageRead } from "@shared/contract";
import { inject, ref, watch, type InjectionKey, type Ref } from "vue";

// Chrome stops by itself after some fifteen seconds of one utterance.
const MOST_LETTERS = 90;
const RATE = 0.9; // for who listens rather than reads
const NEVER = new Set(["synthesis-unavailable", "language-unavailable", "voice-unavailable"]);

/** What is heard of a message; nothing of files and lines about the conversation. */
export function spoken(content: Content): string {
  if (content.type === "choices") return [content.text, ...content.choices.map((choice) => choice.label)].join("。");
  if (content.type === "text" || content.type === "answer" || content.type === "location")
    return contentLine(content).replace(/^[ \t]*[-+*][ \t]+/gm, "").replace(/https?:\/\/\S+/g, "").replace(/^[ \t]*[-|:]+[ \t]*$/gm, "").replace(/^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$/gm, "").replace(/[ \t]*\|[ \t]*/g, "，").trim();
  return "";
}

/** Split after each sign. Without look-behind, which stops the whole script in Safari before 16.4. */
const after = (text: string, signs: RegExp): string[] => text.replace(signs, "$&\u0000").split("\u0000").filter(Boolean);

/** Sentences, the long ones in parts. */
export function sentences(text: string): string[] {
  const whole = after(text, /[。！？；!?;\n]/g).map((each) => each.trim()).filter((each) => /[\p{L}\p{N}]/u.test(each));
  return whole.flatMap((sentence) => {
    const parts: string[] = [];
    for (const part of after(sentence, /[，、,]/g)) {
      const last = parts.at(-1);
      if (last !== undefined && last.length + part.length <= MOST_LETTERS) parts[parts.length - 1] = last + part;
      else parts.push(...(part.match(new RegExp(`[^]{1,${MOST_LETTERS}}`, "gu")) ?? []));
    }
    return parts;
  });
}

export interface Speech {
  available: Ref<boolean>;
  /** The message that is being read; null: silence. */
  reading: Ref<string | null>;
  read(id: string, content: Content): void;
  stop(): void;
}

export function createSpeech(locale: Ref<Locale>, voice: SpeechSynthesis | undefined = window.speechSynthesis): Speech {
  const available = ref(voice !== undefined && typeof SpeechSynthesisUtterance !== "undefined");
  const reading = ref<string | null>(null);
  let turn = 0;

  function stop(): void {
    turn += 1;
    reading.value = null;
    voice?.cancel();
  }

  function read(id: string, content: Content): void {
    stop();
    const parts = sentences(spoken(content));
    if (!voice || !parts.length) return;
    const mine = turn;
    reading.value = id;
    parts.forEach((part, place) => {
      const utterance = new SpeechSynthesisUtterance(part);
      utterance.lang = /[\u4e00-\u9fff]/.test(part) ? "zh-CN" : locale.value;
      utterance.rate = RATE;
      utterance.onend = () => {
        if (mine === turn && place === parts.length - 1) reading.value = null;
      };
      utterance.onerror = (event) => {
        if (mine !== turn) return;
        if (NEVER.has(event.error)) available.value = false;
        stop();
      };
      voice.speak(utterance);
    });
  }

  return { available, reading, read, stop };
}

export interface ReadingPorts {
  speech: Speech;
  /** Somebody looks at the open window. */
  watching: Ref<boolean>;
  opened: Ref<boolean>;
  /** Large text is on, and the citizen wants everything read out. */
  wanted: () => boolean;
  onMessage(hear: (message: MessageRead) => void): void;
  signal: AbortSignal;
}

/** Reads what arrives while it is wanted, and falls silent when the window is closed. */
export function readNews({ speech, watching, opened, wanted, onMessage, signal }: ReadingPorts): void {
  onMessage((message) => {
    const theirs = message.author.kind === "bot" || message.author.kind === "agent";
    if (!signal.aborted && theirs && watching.value && wanted()) speech.read(message.id, message.content);
  });
  const unwatch = [watch(opened, (on) => !on && speech.stop()), watch(wanted, (on) => !on && speech.stop())];
  window.addEventListener("pagehide", speech.stop, { signal });
  signal.addEventListener("abort", () => {
    unwatch.forEach((off) => off());
    speech.stop();
  });
}

export const SPEECH: InjectionKey<Speech> = Symbol("speech");

export function useSpeech(): Speech | null {
  return inject(SPEECH, null);
}

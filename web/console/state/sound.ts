// Short tones, made here: one for each kind of call. Which are on, and how loud, is remembered.

import { computed, reactive, watch } from "vue";

const KEY = "bangban.console.sound";

export type Tone = "message" | "queued" | "assigned" | "mention" | "alert";
export const TONES: Tone[] = ["message", "assigned", "queued", "mention", "alert"];

const NOTES: Record<Tone, number[]> = {
  message: [740], queued: [660, 880], assigned: [660, 880, 1046], mention: [988, 740], alert: [520, 520, 520],
};
const NOTE_SECONDS = 0.14;
const LOUDEST = 0.2;
const USUAL = 40;

interface SoundSettings {
  /** Percent. */
  volume: number;
  off: Tone[];
  muted: boolean;
}

const settings = reactive<SoundSettings>(read());
watch(settings, (now) => localStorage.setItem(KEY, JSON.stringify(now)));

function read(): SoundSettings {
  const usual: SoundSettings = { volume: USUAL, off: [], muted: false };
  const stored = localStorage.getItem(KEY);
  if (stored === "off") return { ...usual, muted: true }; // an earlier release kept one word
  try {
    const { volume, off, muted } = JSON.parse(stored ?? "{}") as Partial<SoundSettings>;
    return {
      volume: typeof volume === "number" ? Math.min(100, Math.max(0, volume)) : USUAL,
      off: Array.isArray(off) ? off.filter((each) => TONES.includes(each)) : [],
      muted: muted === true,
    };
  } catch {
    return usual;
  }
}

let audio: AudioContext | null = null;

function sound(tone: Tone): void {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  // Browsers keep sound back until the page was clicked; the agent logged in, so it was.
  if (audio.state !== "running") void audio.resume().catch(() => undefined);
  const peak = (LOUDEST * settings.volume) / 100;
  if (!peak) return;
  NOTES[tone].forEach((frequency, index) => {
    if (!audio) return;
    const start = audio.currentTime + index * NOTE_SECONDS;
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(peak, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + NOTE_SECONDS);
  });
}

export function useSound() {
  return {
    settings,
    enabled: computed({ get: () => !settings.muted, set: (on: boolean) => (settings.muted = !on) }),
    /** Also when it is off: the agent wants to hear what it would be. */
    test: sound,
    play(tone: Tone): void {
      if (!settings.muted && !settings.off.includes(tone)) sound(tone);
    },
  };
}

// Two short tones, made here: somebody queues, somebody writes. Off and on is remembered.

import { ref, watch } from "vue";

const KEY = "bangban.console.sound";
const enabled = ref(localStorage.getItem(KEY) !== "off");
watch(enabled, (on) => localStorage.setItem(KEY, on ? "on" : "off"));

let audio: AudioContext | null = null;

export type Tone = "queued" | "message";
const NOTES: Record<Tone, number[]> = { queued: [660, 880], message: [740] };
const NOTE_SECONDS = 0.14;

function play(tone: Tone): void {
  if (!enabled.value) return;
  audio ??= new AudioContext();
  // Browsers keep sound back until the page was clicked; the agent logged in, so it was.
  if (audio.state !== "running") void audio.resume().catch(() => undefined);
  NOTES[tone].forEach((frequency, index) => {
    if (!audio) return;
    const start = audio.currentTime + index * NOTE_SECONDS;
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + NOTE_SECONDS);
  });
}

export function useSound() {
  return { enabled, play };
}

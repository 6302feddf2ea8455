// Records a voice message with the browser's own recorder; used by citizens and agents.

import { onBeforeUnmount, ref } from "vue";

/** Longer ones nobody listens to; WeChat ends there too. */
export const MAX_SECONDS = 60;
const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const ENDINGS: Record<string, string> = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };
const TICK_MS = 100;
// A voice at arm's length has about a quarter of what the microphone can take.
const LOUD = 0.25;

/** Why nothing is recorded: not allowed, no microphone, or it does not work now (another program has it). */
export type VoiceRefusal = "" | "denied" | "missing" | "busy";

export function canRecord(): boolean {
  return typeof MediaRecorder === "function" && typeof navigator.mediaDevices?.getUserMedia === "function";
}

function refusalOf(failure: unknown): VoiceRefusal {
  const name = failure instanceof Error ? failure.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}

/** Measures how loud it is now, 0..1; always 0 where the browser cannot tell. */
function meter(stream: MediaStream): { level(): number; end(): void } {
  if (typeof AudioContext !== "function") return { level: () => 0, end: () => undefined };
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(wave);
      return Math.min(1, Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length) / LOUD);
    },
    end: () => void context.close(),
  };
}

/** `onRecorded` gets the file and its seconds. */
export function useVoice(name: () => string, onRecorded: (file: File, seconds: number) => void) {
  const recording = ref(false);
  const refused = ref<VoiceRefusal>("");
  const seconds = ref(0);
  const level = ref(0);
  let recorder: MediaRecorder | null = null;
  let asking = false;
  let gone = false;
  let wanted = false;

  function begin(stream: MediaStream): void {
    const mimeType = FORMS.find((each) => MediaRecorder.isTypeSupported(each));
    const parts: Blob[] = [];
    const made = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 24_000 });
    const loudness = meter(stream);
    const started = Date.now();
    const timer = window.setInterval(() => {
      level.value = loudness.level();
      seconds.value = Math.floor((Date.now() - started) / 1000);
      if (seconds.value >= MAX_SECONDS) stop(true);
    }, TICK_MS);
    made.ondataavailable = (event) => parts.push(event.data);
    made.onstop = () => {
      clearInterval(timer);
      loudness.end();
      for (const track of stream.getTracks()) track.stop();
      recording.value = false;
      recorder = null;
      level.value = 0;
      const took = Math.min(MAX_SECONDS, Math.max(1, Math.round((Date.now() - started) / 1000)));
      const type = (made.mimeType || mimeType || "audio/webm").split(";")[0] ?? "audio/webm";
      if (wanted) onRecorded(new File(parts, `${name()}.${ENDINGS[type] ?? "webm"}`, { type }), took);
    };
    recorder = made;
    wanted = true; // also when the microphone is unplugged meanwhile: what was said is there
    seconds.value = 0;
    recording.value = true;
    made.start();
  }

  async function start(): Promise<void> {
    if (asking || recorder) return;
    asking = true;
    refused.value = "";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      // Asked for leave, and meanwhile the citizen went elsewhere.
      if (gone) for (const track of stream.getTracks()) track.stop();
      else begin(stream);
    } catch (failure) {
      refused.value = refusalOf(failure);
    } finally {
      asking = false;
    }
  }

  function stop(keep: boolean): void {
    wanted = keep;
    if (recorder?.state === "recording") recorder.stop();
  }

  onBeforeUnmount(() => {
    gone = true;
    stop(false);
  });
  return { recording, refused, seconds, level, start, stop };
}

// Records a voice message with the browser's own recorder.

import { onBeforeUnmount, ref } from "vue";

/** Longer ones nobody listens to; WeChat ends there too. */
export const MAX_SECONDS = 60;
const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const ENDINGS: Record<string, string> = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };

export function canRecord(): boolean {
  return typeof MediaRecorder === "function" && typeof navigator.mediaDevices?.getUserMedia === "function";
}

/** `onRecorded` gets the file and its seconds. */
export function useVoice(name: () => string, onRecorded: (file: File, seconds: number) => void) {
  const recording = ref(false);
  const refused = ref(false);
  const seconds = ref(0);
  let recorder: MediaRecorder | null = null;
  let started = 0;
  let timer = 0;
  let wanted = false;

  async function start(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      refused.value = false;
    } catch {
      refused.value = true;
      return;
    }
    const mimeType = FORMS.find((each) => MediaRecorder.isTypeSupported(each));
    const parts: Blob[] = [];
    recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 24_000 });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      clearInterval(timer);
      recording.value = false;
      const took = Math.max(1, Math.round((Date.now() - started) / 1000));
      const type = (recorder?.mimeType || mimeType || "audio/webm").split(";")[0] ?? "audio/webm";
      if (wanted) onRecorded(new File(parts, `${name()}.${ENDINGS[type] ?? "webm"}`, { type }), Math.min(took, MAX_SECONDS));
      recorder = null;
    };
    started = Date.now();
    seconds.value = 0;
    recording.value = true;
    recorder.start();
    timer = window.setInterval(() => {
      seconds.value = Math.floor((Date.now() - started) / 1000);
      if (seconds.value >= MAX_SECONDS) stop(true);
    }, 250);
  }

  function stop(keep: boolean): void {
    wanted = keep;
    recorder?.stop();
  }

  onBeforeUnmount(() => stop(false));
  return { recording, refused, seconds, start, stop };
}

// Speaks a message with WeChat's recorder. There is one for the whole mini-program, so its events are heard once.

import { ref, shallowRef } from "vue";
import type { Session } from "./session";
import type { PhoneFile } from "./uploads";

/** Longer ones nobody listens to; WeChat ends there too. */
export const MAX_SECONDS = 60;
/** mp3 plays on every phone and in every browser; 16 kHz allows 24,000 to 96,000 bit/s. */
const FORM = { duration: MAX_SECONDS * 1000, format: "mp3", sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 48000 } as const;
const TICK_MS = 250;

export interface Recorded {
  file: PhoneFile;
  seconds: number;
}

type Hear = { start(): void; stop(result: WechatMiniprogram.OnStopListenerResult): void; error(problem: unknown): void };

let recorder: WechatMiniprogram.RecorderManager | null = null;
let hearing: Hear | null = null;

function ready(hear: Hear): WechatMiniprogram.RecorderManager {
  hearing = hear;
  if (recorder) return recorder;
  recorder = wx.getRecorderManager();
  recorder.onStart(() => hearing?.start());
  recorder.onStop((result) => hearing?.stop(result));
  recorder.onError((problem) => hearing?.error(problem));
  return recorder;
}

export function createRecording({ texts }: Pick<Session, "texts">) {
  const recording = ref(false);
  const seconds = ref(0);
  const problem = ref("");
  const recorded = shallowRef<Recorded | null>(null);
  let wanted = true;
  let begun = 0;
  let timer: ReturnType<typeof setInterval> | 0 = 0;

  function ended(): void {
    clearInterval(timer);
    recording.value = false;
  }

  const hear: Hear = {
    start() {
      begun = Date.now();
      recording.value = true;
      timer = setInterval(() => (seconds.value = Math.min(MAX_SECONDS, Math.floor((Date.now() - begun) / 1000))), TICK_MS);
    },
    stop({ tempFilePath: path, duration, fileSize: size }) {
      ended();
      if (!wanted) return;
      const took = Math.min(MAX_SECONDS, Math.max(1, Math.round(duration / 1000)));
      recorded.value = { seconds: took, file: { path, size, name: `${texts.files("voice_name")}.mp3`, type: "audio/mpeg" } };
    },
    error(failure) {
      ended();
      const said = String((failure as { errMsg?: unknown } | null)?.errMsg ?? "");
      problem.value = texts.own(/privacy/.test(said) ? "privacy_refused" : /auth|deny|permission/.test(said) ? "voice_denied" : "voice_busy");
    },
  };

  return {
    recording, seconds, problem, recorded,
    start(): void {
      if (recording.value) return;
      problem.value = "";
      recorded.value = null;
      seconds.value = 0;
      wanted = true;
      ready(hear).start(FORM);
    },
    /** `keep`: else what was said is thrown away. */
    stop(keep: boolean): void {
      wanted = keep;
      recorded.value = null;
      if (recording.value) ready(hear).stop();
    },
  };
}

export type Recording = ReturnType<typeof createRecording>;

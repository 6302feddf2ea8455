// Plays voice messages, one at a time; what is playing stops for the next one.

import { ref, shallowRef } from "vue";

export function createPlayer(signal: AbortSignal) {
  /** The message (or recording) that is heard; empty: silence. */
  const playing = ref("");
  /** Those this phone cannot play: the recorder of another kind of phone, or a link that is over. */
  const broken = shallowRef<ReadonlySet<string>>(new Set());
  let sound: WechatMiniprogram.InnerAudioContext | null = null;
  // As WeChat plays its own voice messages: also with the phone's switch on silent (iOS).
  wx.setInnerAudioOption({ obeyMuteSwitch: false, fail: () => undefined });

  function stop(): void {
    playing.value = "";
    const last = sound;
    sound = null;
    last?.stop();
    last?.destroy();
  }

  function play(id: string, source: string): void {
    stop();
    const made = wx.createInnerAudioContext();
    const over = () => sound === made && stop();
    made.onEnded(over);
    made.onError(() => {
      if (sound !== made) return;
      broken.value = new Set([...broken.value, id]);
      stop();
    });
    made.src = source;
    sound = made;
    playing.value = id;
    made.play();
  }

  signal.addEventListener("abort", stop);
  return { playing, broken, stop, toggle: (id: string, source: string) => (playing.value === id ? stop() : play(id, source)) };
}

export type Player = ReturnType<typeof createPlayer>;

// Speaks a message: start, see how long, stop, listen, then send it or throw it away.

import { connect, createRecording, disconnect, during, MAX_SECONDS, sessionOf } from "../../core";

const HEARD = "recorded";
const recordings = new WeakMap<object, ReturnType<typeof createRecording>>();

Component({
  properties: { sid: String },
  data: { recording: false, recorded: false, playing: false, problem: "", told: "", words: {} },

  lifetimes: {
    attached() {
      const session = sessionOf(this.data.sid);
      during(this, () => recordings.set(this, createRecording(session)));
      const voice = this.own();
      connect(this, () => {
        const [f, t] = [session.texts.files, session.texts.first];
        const made = voice.recorded.value;
        const told = voice.recording.value
          ? `● ${f("voice_recording")} ${f("voice_time", { seconds: voice.seconds.value, most: MAX_SECONDS })}`
          : made ? f("voice_ready", { seconds: made.seconds }) : f("voice_record", { most: MAX_SECONDS });
        return {
          recording: voice.recording.value, recorded: made !== null, problem: voice.problem.value, told,
          playing: session.player.playing.value === HEARD,
          words: {
            start: f("voice_start"), stop: f("voice_stop"), again: f("voice_again"), back: f(voice.recording.value || made ? "cancel" : "back"),
            send: t("send"), listen: session.texts.own("listen"), pause: f("voice_pause"),
          },
        };
      });
    },
    detached() {
      this.own().stop(false);
      disconnect(this);
    },
  },

  methods: {
    own(): ReturnType<typeof createRecording> {
      const recording = recordings.get(this);
      if (!recording) throw new Error("not attached");
      return recording;
    },
    onStart() {
      sessionOf(this.data.sid).player.stop();
      this.own().start();
    },
    onStop() {
      this.own().stop(true);
    },
    onListen() {
      const made = this.own().recorded.value;
      if (made) sessionOf(this.data.sid).player.toggle(HEARD, made.file.path);
    },
    onSend() {
      const made = this.own().recorded.value;
      if (!made) return;
      const { player, uploads } = sessionOf(this.data.sid);
      player.stop();
      this.triggerEvent("done", { problems: uploads.take([made.file], made.seconds) });
    },
    onBack() {
      sessionOf(this.data.sid).player.stop();
      this.own().stop(false);
      this.triggerEvent("done", {});
    },
  },
});

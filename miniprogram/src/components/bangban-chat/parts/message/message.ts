// One stored message: whose it is, what it holds, whether an answer helped, and for our own newest whether it was read.

import { connect, disconnect, sessionOf } from "../../core";

Component({
  properties: { sid: String, m: Object, large: Boolean },
  data: { thanked: "", words: {} },

  lifetimes: {
    attached() {
      if (!(this.data.m as { judged: boolean }).judged) return;
      connect(this, () => {
        const t = sessionOf(this.data.sid).texts.answers;
        return {
          words: {
            feedback: t("feedback"), helpful: t("helpful"), unhelpful: t("unhelpful"),
            given: t("feedback_thanks"), undone: t("feedback_undone"),
          },
        };
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    /** Pressed again, it is taken back. */
    async onJudge({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const helpful = currentTarget.dataset["helpful"] === true;
      const { key, given } = this.data.m as { key: string; given: boolean | null };
      const verdict = given === helpful ? null : helpful;
      if (await sessionOf(this.data.sid).visitor.feedback(key, verdict)) this.setData({ thanked: verdict === null ? "undone" : "given" });
    },
  },
});

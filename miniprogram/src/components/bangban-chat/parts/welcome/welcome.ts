// What the inbox says before anybody has written, with its business entries and what is often asked.

import { connect, disconnect, sessionOf, welcomeOf } from "../../core";

Component({
  properties: { sid: String, large: Boolean },
  data: { welcome: { bodies: [], entries: [], hot: [] } },

  lifetimes: {
    attached() {
      connect(this, () => ({ welcome: welcomeOf(sessionOf(this.data.sid)) }));
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onSay({ currentTarget }: WechatMiniprogram.TouchEvent) {
      sessionOf(this.data.sid).visitor.send(String(currentTarget.dataset["say"]));
      this.triggerEvent("said");
    },
  },
});

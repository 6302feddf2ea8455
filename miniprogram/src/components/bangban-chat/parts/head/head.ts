// Over the messages: who is serving, and what one sets for oneself.

import { connect, disconnect, headOf, sessionOf } from "../../core";

Component({
  properties: { sid: String },
  data: { serving: "", phase: "bot", canEnd: false, large: false, asking: false, words: {} },

  lifetimes: {
    attached() {
      connect(this, () => headOf(sessionOf(this.data.sid)));
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onTickets() {
      sessionOf(this.data.sid).tickets.open("list");
    },
    onSize() {
      const { largeText } = sessionOf(this.data.sid).preferences;
      largeText.value = !largeText.value;
    },
    onLanguage() {
      const { locale } = sessionOf(this.data.sid).preferences;
      locale.value = locale.value === "en" ? "zh-CN" : "en";
    },
    onEnd() {
      this.setData({ asking: !this.data.asking });
    },
    onYes() {
      this.setData({ asking: false });
      void sessionOf(this.data.sid).visitor.closeConversation();
    },
  },
});

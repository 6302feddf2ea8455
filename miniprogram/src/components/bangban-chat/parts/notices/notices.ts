// The lines above the messages: the connection, the place in the queue, what did not work, one's left messages.

import { connect, disconnect, noticesOf, sessionOf } from "../../core";

Component({
  properties: { sid: String },
  data: { refused: "", line: "", canHurry: false, queue: "", notice: "", left: "", leftFresh: false, ticket: "", words: {} },

  lifetimes: {
    attached() {
      connect(this, () => noticesOf(sessionOf(this.data.sid)));
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onReopen() {
      sessionOf(this.data.sid).visitor.reopen();
    },
    onHurry() {
      sessionOf(this.data.sid).visitor.link.hurry();
    },
    /** Leaving the queue: perhaps a message of WeChat is wanted instead, which only a tap may ask for. */
    onCancelWait() {
      const { visitor, reminders } = sessionOf(this.data.sid);
      void reminders.ask();
      void visitor.cancelHandoff();
    },
    onDismiss() {
      sessionOf(this.data.sid).visitor.notice.value = "";
    },
    onTicket() {
      sessionOf(this.data.sid).tickets.open("list");
    },
    onLeft() {
      sessionOf(this.data.sid).left.open("list");
    },
  },
});

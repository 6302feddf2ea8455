// What lies over the messages: the form of a left message (留言), or the list of one's own with what was answered.

import { connect, disconnect, sessionOf } from "../../core";

Component({
  properties: { sid: String },
  data: { sheet: "", begun: false, rounds: [0], items: [] as unknown[], loading: false, lost: false, words: {} },

  lifetimes: {
    attached() {
      const { left, texts } = sessionOf(this.data.sid);
      let before = "";
      connect(this, () => {
        const t = texts.left;
        const sheet = left.sheet.value;
        return {
          sheet, begun: this.data.begun || sheet === "form", items: left.items.value,
          words: {
            title: t(sheet === "list" ? "list_title" : "form_title"), back: t("back"), none: t("none"), another: t("another"),
            lost: t("failed_list"), retry: t("retry"),
          },
        };
      }, ({ sheet }) => {
        if (sheet === "list" && before !== "list") void this.load();
        before = String(sheet);
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    async load() {
      this.setData({ loading: true, lost: false });
      const lost = await sessionOf(this.data.sid).left.refresh().then(() => false, () => true);
      this.setData({ loading: false, lost });
    },
    onBack() {
      sessionOf(this.data.sid).left.open("");
    },
    onForm() {
      sessionOf(this.data.sid).left.open("form");
    },
    /** After one was sent a new form begins; one that is begun stays while one looks at something else. */
    onAgain() {
      this.setData({ rounds: [(this.data.rounds[0] ?? 0) + 1] });
    },
  },
});

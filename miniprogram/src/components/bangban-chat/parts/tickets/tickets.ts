// What lies over the messages: one's tickets (工单), one of them, looking another up by its number, filing one.

import { connect, deadlineTime, disconnect, fullTime, sessionOf } from "../../core";

Component({
  properties: { sid: String },
  data: { page: "", begun: false, rounds: [0], items: [] as object[], loading: false, lost: false, words: {} },

  lifetimes: {
    attached() {
      const { tickets, texts } = sessionOf(this.data.sid);
      let before = "";
      connect(this, () => {
        const t = texts.tickets;
        const page = tickets.page.value;
        return {
          page, begun: this.data.begun || page === "form",
          items: tickets.items.value.map((each) => ({
            id: each.id, title: each.title, state: each.state, stateWord: t(`state_${each.state}`), about: `${each.number} · ${each.type}`,
            when: t("filed_at", { time: fullTime(each.created_at) }) + (each.due_at ? ` · ${t("due", { due: deadlineTime(each.due_at) })}` : ""),
          })),
          words: {
            title: page ? t(`${page}_title`) : "", back: t(page === "list" ? "back" : "to_list"), none: t("none"), hint: t("none_hint"), loading: t("loading"),
            lost: t("failed"), retry: t("retry"), byNumber: t("by_number"), fileOne: t("file_one"),
          },
        };
      }, ({ page }) => {
        if (page === "list" && before !== "list") void this.load();
        before = String(page);
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    async load() {
      this.setData({ loading: true, lost: false });
      const lost = await sessionOf(this.data.sid).tickets.refresh().then(() => false, () => true);
      this.setData({ loading: false, lost });
    },
    onBack() {
      sessionOf(this.data.sid).tickets.open(this.data.page === "list" ? "" : "list");
    },
    onTicket({ currentTarget }: WechatMiniprogram.TouchEvent) {
      void sessionOf(this.data.sid).own.look(String(currentTarget.dataset["id"]));
    },
    onByNumber() {
      sessionOf(this.data.sid).tickets.open("open");
    },
    onForm() {
      sessionOf(this.data.sid).tickets.open("form");
    },
    /** After one was filed a new form begins; one that is begun stays while one looks at something else. */
    onAgain() {
      this.setData({ rounds: [(this.data.rounds[0] ?? 0) + 1] });
    },
  },
});

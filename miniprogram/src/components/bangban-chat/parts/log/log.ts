// The messages, scrolled through: the newest at first, earlier ones as one scrolls up, and what asks at the end.

import { connect, disconnect, logOf, ref, sessionOf } from "../../core";

/** So many are on the page at first, and are added with each look further up. */
const STEP = 40;
const MOST = 240;
/** So far from the newest that it is worth a button. */
const FAR_PX = 1500;

interface Scroll {
  scrollTop: number;
  scrollHeight: number;
}

type Shown = ReturnType<typeof logOf>;

/** What is no data of the page: how far it is scrolled, and how many messages are on it. */
class Place {
  top = 0;
  readonly most = ref(STEP);
}
const places = new WeakMap<object, Place>();

Component({
  properties: {
    sid: String,
    large: Boolean,
    /** Raised when something was sent: then the end is wanted. */
    into: { type: Number, value: 0 },
  },

  data: {
    messages: [], drafts: [], more: false, empty: false, ended: false, typing: "", rating: false,
    target: "", atEnd: true, newer: false, far: false, loading: false, lost: false, readBack: false, begun: false, words: {},
  },

  observers: {
    into(count: number) {
      if (count) this.toEnd();
    },
  },

  lifetimes: {
    attached() {
      const session = sessionOf(this.data.sid);
      const { visitor, texts, rating } = session;
      const place = new Place();
      places.set(this, place);
      let last = "";
      let asked = false;
      connect(this, () => ({ ...logOf(session, place.most.value), rating: rating.asked.value !== null || rating.thanked.value !== null }), (now) => {
        const shown = now as unknown as Shown & { rating: boolean };
        const newest = shown.messages.at(-1);
        if (newest && newest.key !== last) {
          this.arrived(shown, last);
          last = newest.key;
        } else if (this.data.atEnd && (shown.typing || shown.drafts.length || shown.ended)) this.toEnd();
        if (shown.rating && !asked && this.data.atEnd) this.show("rating");
        asked = shown.rating;
        if (!shown.ended && this.data.begun) this.setData({ begun: false });
      });
      connect(this, () => {
        const [t, talk] = [texts.first, texts.talk];
        return {
          words: {
            messages: t("messages"), earlier: t("load_earlier"), loading: t("loading_earlier"), lost: t("earlier_lost"), oldest: t("oldest"),
            fresh: t("new_messages"), newest: t("to_newest"), ended: talk("ended"), begin: talk("begin"), endedHint: talk("ended_hint"), newVisit: talk("new_visit"),
          },
        };
      });
      if (visitor.history.messages.value.length) this.toEnd();
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    /** Our own we want to see; a reply is shown from its first line: people read from there, however long it is. */
    arrived({ messages }: Shown, last: string) {
      if (!this.data.atEnd) return void this.setData({ newer: last !== "" });
      const from = last ? messages.findIndex((each) => each.key === last) + 1 : messages.length;
      const fresh = messages.slice(from);
      const reply = fresh.find((each) => each.kind === "other");
      if (reply && !fresh.some((each) => each.kind === "own")) this.show(reply.anchor);
      else this.toEnd();
    },
    /** Set anew: the same place twice is no change to WeChat. */
    show(target: string) {
      this.setData({ target: "" }, () => this.setData({ target }));
    },
    toEnd() {
      this.setData({ atEnd: true, newer: false, far: false });
      this.show("end");
    },
    onNewest() {
      this.toEnd();
    },
    onLower() {
      this.setData({ atEnd: true, newer: false, far: false });
      // Back at the newest: what was read back need not stay on the page.
      const { most } = this.place();
      if (most.value > STEP) most.value = STEP;
    },
    onScroll({ detail }: WechatMiniprogram.CustomEvent<Scroll>) {
      const { scrollTop, scrollHeight } = detail;
      const place = this.place();
      const before = place.top;
      place.top = scrollTop;
      // WeChat tells when the end is reached, not when it is left.
      if (scrollTop < before - 4 && this.data.atEnd) this.setData({ atEnd: false });
      const far = scrollHeight - scrollTop > FAR_PX;
      if (far !== this.data.far) this.setData({ far });
    },
    onUpper() {
      if (this.data.more && !this.data.atEnd) void this.onEarlier();
    },
    /** What is here already is shown first; then it is fetched. */
    async onEarlier() {
      if (this.data.loading) return;
      const { visitor } = sessionOf(this.data.sid);
      const { history } = visitor;
      const { most } = this.place();
      this.setData({ loading: true, lost: false, readBack: true, atEnd: false });
      try {
        if (history.messages.value.length <= most.value && history.hasEarlier.value) await history.loadEarlier();
        most.value = Math.min(MOST, most.value + STEP);
      } catch {
        this.setData({ lost: true });
      }
      this.setData({ loading: false });
    },
    place(): Place {
      return places.get(this) ?? new Place();
    },
    onBegin() {
      this.setData({ begun: true }, () => this.toEnd());
    },
    onGrown() {
      if (this.data.atEnd) this.show("rating");
    },
  },
});

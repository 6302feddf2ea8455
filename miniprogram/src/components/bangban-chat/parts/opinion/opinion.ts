// What somebody thinks of a service or a result: five levels, tags that fit the level, free words. Events `send` with
// {score, tags, comment}, `leave`, `grown`.

import { connect, disconnect, saidIn, sessionOf } from "../../core";

interface Level {
  score: number;
  tags: string[];
}

interface Given {
  score: number;
  tags: string[];
  comment: string;
}

Component({
  /** `about`: what it is about, by its id; the form of another begins with what was said of that one. */
  properties: { sid: String, about: String, title: String, given: Object, busy: Boolean, problem: String },
  data: { card: {}, words: {}, score: 0, tags: [] as string[], choices: [] as object[], comment: "", missing: "" },

  observers: {
    about() {
      this.begin();
    },
  },

  lifetimes: {
    attached() {
      const { rating, texts, preferences } = sessionOf(this.data.sid);
      const said = (text: string) => saidIn(preferences.locale.value, text);
      connect(this, () => {
        const t = texts.rating;
        const offer = rating.offer.value;
        return {
          card: offer && {
            hint: said(offer.comment_hint), most: offer.most_tags, levels: offer.levels.map((level) => ({ score: level.score, label: said(level.label) })),
          },
          words: {
            tags: t("tags", { most: offer?.most_tags ?? 0 }), skip: t("skip"), cancel: t("cancel"), send: t("submit"), update: t("update"),
          },
        };
      }, () => this.offer()); // in the language of now
      this.begin();
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    begin() {
      if (!this.data.sid) return;
      const given = this.data.given as Given | null;
      this.setData({ score: given?.score ?? 0, tags: [...(given?.tags ?? [])], comment: given?.comment ?? "", missing: "" }, () => this.offer());
    },
    level(): Level | undefined {
      return sessionOf(this.data.sid).rating.offer.value?.levels.find((each) => each.score === this.data.score);
    },
    /** The tags of the level, with those that are chosen. */
    offer() {
      const { locale } = sessionOf(this.data.sid).preferences;
      const choices = (this.level()?.tags ?? []).map((tag) => ({ tag, label: saidIn(locale.value, tag), on: this.data.tags.includes(tag) }));
      if (JSON.stringify(choices) !== JSON.stringify(this.data.choices)) this.setData({ choices });
    },
    onLevel({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const score = Number(currentTarget.dataset["score"]);
      if (score === this.data.score) return;
      this.setData({ score, missing: "" });
      const fitting = this.level()?.tags ?? [];
      this.setData({ tags: this.data.tags.filter((tag) => fitting.includes(tag)) }, () => this.offer());
      this.triggerEvent("grown");
    },
    onTag({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const tag = String(currentTarget.dataset["tag"]);
      const { tags } = this.data;
      const most = sessionOf(this.data.sid).rating.offer.value?.most_tags ?? 0;
      if (!tags.includes(tag) && tags.length >= most) return;
      this.setData({ tags: tags.includes(tag) ? tags.filter((each) => each !== tag) : [...tags, tag] }, () => this.offer());
    },
    onComment({ detail }: WechatMiniprogram.TextareaInput) {
      this.data.comment = detail.value;
    },
    onLeave() {
      this.triggerEvent("leave");
    },
    onSend() {
      const { rating, texts } = sessionOf(this.data.sid);
      const { score, busy } = this.data;
      const comment = this.data.comment.trim();
      if (!score || busy) return;
      const fitting = this.level()?.tags ?? [];
      const tags = this.data.tags.filter((tag) => fitting.includes(tag));
      const missing = score <= (rating.offer.value?.reason_up_to ?? 0) && !tags.length && !comment;
      this.setData({ missing: missing ? texts.rating("reason") : "" });
      if (!missing) this.triggerEvent("send", { score, tags, comment });
    },
  },
});

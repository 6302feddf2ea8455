// Five levels, tags that fit the level, free words; after sending the thanks remain, and for a day the way back.

import { connect, disconnect, saidIn, sessionOf, shortTime } from "../../core";

interface Level {
  score: number;
  tags: string[];
}

Component({
  properties: { sid: String },
  data: {
    card: null as Record<string, unknown> | null, thanks: "", canChange: false, words: {},
    score: 0, tags: [] as string[], choices: [] as object[], comment: "", problem: "", sending: false,
  },

  lifetimes: {
    attached() {
      const { rating, texts, preferences } = sessionOf(this.data.sid);
      let about: string | null = null;
      const said = (text: string) => saidIn(preferences.locale.value, text);
      connect(this, () => {
        const t = texts.rating;
        const [offer, current] = [rating.offer.value, rating.current.value];
        const done = rating.find(rating.thanked.value);
        const services = rating.open.value.map((each) => ({ id: each.id, name: t("service", { name: each.agent_name, time: shortTime(each.started_at) }) }));
        const index = services.findIndex((each) => each.id === current?.id);
        return {
          about: current?.id ?? null,
          card: offer && current && {
            title: said(offer.title), hint: said(offer.comment_hint), services, index, name: services[index]?.name ?? "", most: offer.most_tags,
            levels: offer.levels.map((level) => ({ score: level.score, label: said(level.label) })),
          },
          thanks: done?.rating && offer ? t("thanks", { thanks: said(offer.thanks), label: said(done.rating.label) }) : "",
          canChange: done !== null && rating.changeable(done),
          words: {
            which: t("which"), tags: t("tags", { most: offer?.most_tags ?? 0 }), change: t("change"),
            skip: t(current?.rating ? "cancel" : "skip"), send: t(current?.rating ? "update" : "submit"),
          },
        };
      }, (now) => {
        // The card of another service begins with what was said about that one.
        if (now["about"] !== about) {
          about = now["about"] as string | null;
          const given = rating.current.value?.rating;
          this.setData({ score: given?.score ?? 0, tags: [...(given?.tags ?? [])], comment: given?.comment ?? "", problem: "" }, () => this.offer());
        } else this.offer(); // in the language of now
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    level(): Level | undefined {
      return sessionOf(this.data.sid).rating.offer.value?.levels.find((each) => each.score === this.data.score);
    },
    /** The tags of the level, with those that are chosen. */
    offer() {
      const { locale } = sessionOf(this.data.sid).preferences;
      const choices = (this.level()?.tags ?? []).map((tag) => ({ tag, label: saidIn(locale.value, tag), on: this.data.tags.includes(tag) }));
      if (JSON.stringify(choices) !== JSON.stringify(this.data.choices)) this.setData({ choices });
    },
    onService({ detail }: WechatMiniprogram.PickerChange) {
      const { rating } = sessionOf(this.data.sid);
      rating.ask(rating.open.value[Number(detail.value)]?.id);
    },
    onLevel({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const score = Number(currentTarget.dataset["score"]);
      if (score === this.data.score) return;
      this.setData({ score, problem: "" });
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
    onSkip() {
      const { rating } = sessionOf(this.data.sid);
      if (rating.current.value?.rating) rating.close();
      else rating.skip();
    },
    onChange() {
      const { rating } = sessionOf(this.data.sid);
      rating.ask(rating.thanked.value ?? undefined);
    },
    async onSend() {
      const { rating, texts } = sessionOf(this.data.sid);
      const { score, tags, sending } = this.data;
      const comment = this.data.comment.trim();
      if (!score || sending) return;
      if (score <= (rating.offer.value?.reason_up_to ?? 0) && !tags.length && !comment) {
        this.setData({ problem: texts.rating("reason") });
        return;
      }
      this.setData({ sending: true });
      const failure = await rating.rate({ score, tags, comment });
      this.setData({ sending: false, problem: failure ? failure.message || texts.rating("offline") : "" });
    },
  },
});

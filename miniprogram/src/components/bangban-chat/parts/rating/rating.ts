// Asks for a rating of a service; after sending the thanks remain, and for a day the way back.

import { connect, disconnect, saidIn, sessionOf, shortTime } from "../../core";

Component({
  properties: { sid: String },
  data: { card: null as Record<string, unknown> | null, given: null as unknown, thanks: "", canChange: false, words: {}, problem: "", sending: false },

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
          given: current?.rating ?? null,
          card: offer && current && { about: current.id, title: said(offer.title), services, index, name: services[index]?.name ?? "" },
          thanks: done?.rating && offer ? t("thanks", { thanks: said(offer.thanks), label: said(done.rating.label) }) : "",
          canChange: done !== null && rating.changeable(done),
          words: { which: t("which"), change: t("change") },
        };
      }, () => {
        const now = rating.current.value?.id ?? null;
        if (now !== about) this.setData({ problem: "" });
        about = now;
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onService({ detail }: WechatMiniprogram.PickerChange) {
      const { rating } = sessionOf(this.data.sid);
      rating.ask(rating.open.value[Number(detail.value)]?.id);
    },
    onGrown() {
      this.triggerEvent("grown");
    },
    onLeave() {
      const { rating } = sessionOf(this.data.sid);
      if (rating.current.value?.rating) rating.close();
      else rating.skip();
    },
    onChange() {
      const { rating } = sessionOf(this.data.sid);
      rating.ask(rating.thanked.value ?? undefined);
    },
    async onSend({ detail }: WechatMiniprogram.CustomEvent<{ score: number; tags: string[]; comment: string }>) {
      const { rating, texts } = sessionOf(this.data.sid);
      this.setData({ sending: true });
      const failure = await rating.rate(detail);
      this.setData({ sending: false, problem: failure ? failure.message || texts.rating("offline") : "" });
    },
  },
});

// One ticket: how far it is, what was asked and answered, what one can do with it, what was filed, its whole course.

import {
  AppError, bodyOf, connect, courseOf, deadlineTime, disconnect, during, fullTime, newClientId, saidIn, sessionOf, timelineOf, type Proof,
} from "../../core";

type Detail = NonNullable<ReturnType<typeof sessionOf>["own"]["current"]["value"]>;
type Writing = "" | "remark" | "dispute" | "withdraw";

// Kept until it is stored: sent twice, it is one remark. Other words are another one.
const sending = new WeakMap<object, { clientMsgId: string; tried: string }>();

Component({
  properties: { sid: String },
  data: {
    ticket: null as Detail | null, view: {}, may: {} as Record<string, boolean>, lost: false, words: {},
    writing: "" as Writing, text: "", problem: "", told: "", toldAt: 0, busy: false, rating: false, skipped: false, ratingProblem: "", form: {},
  },

  lifetimes: {
    attached() {
      const { own, texts, preferences, visitor } = sessionOf(this.data.sid);
      during(this, () => sending.set(this, { clientMsgId: newClientId(), tried: "" }));
      connect(this, () => {
        const t = texts.tickets;
        const ticket = own.current.value;
        const words = {
          failed: t("failed"), retry: t("retry"), loading: t("loading"), asked: t("asked"), answer: t("answer"), settled: t("settled_ask"), yes: t("settled_yes"),
          no: t("settled_no"), disputed: t("disputed"), add: t("add"), urge: t("urge"), withdraw: t("withdraw"), content: t("content"), timeline: t("timeline"),
          course: t("course"), cancel: t("cancel"), rateTitle: t("rate_title"), rateChange: t("rate_change"),
        };
        if (!ticket) return { ticket, words, lost: own.lost.value };
        const may = Object.fromEntries(ticket.may.map((each) => [each, true]));
        const last = [...ticket.steps].reverse().find((step) => step.kind === "answered" || step.disputes);
        const promise = ticket.state === "pending" ? t("due_paused") : ticket.due_at ? t(ticket.late ? "due_late" : "due", { due: deadlineTime(ticket.due_at) }) : "";
        return {
          ticket, words, may, lost: own.lost.value,
          view: {
            about: `${ticket.number} · ${ticket.type}`, state: t(ticket.merged_into ? "state_merged" : `state_${ticket.state}`), course: courseOf(ticket, t), promise,
            merged: ticket.merged_into ? t("merged", { number: ticket.merged_into }) : "",
            disputed: ticket.state === "resolved" && last?.disputes === true, timeline: timelineOf(ticket, t),
            urged: ticket.urged_at && !may["urge"] && may["remark"] ? t("urged_at", { time: fullTime(ticket.urged_at) }) : "",
            files: ticket.files.map((file) => ({ ...bodyOf(file, visitor.origin, texts), mid: file.attachment_id })),
            rated: ticket.rating ? t("rated", { label: saidIn(preferences.locale.value, ticket.rating.label) }) : "",
          },
        };
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    own() {
      return sessionOf(this.data.sid).own;
    },
    onRetry() {
      void this.own().again();
    },
    onWrite({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const t = sessionOf(this.data.sid).texts.tickets;
      const writing = String(currentTarget.dataset["what"] ?? "") as Writing;
      const of = writing === "remark" ? "add" : writing;
      const form = of ? { label: t(`${of}_label`), hint: t(`${of}_hint`), send: t(writing === "withdraw" ? "withdraw_send" : "send") } : {};
      this.setData({ writing, text: "", problem: "", told: "", form });
    },
    onInput({ detail }: WechatMiniprogram.TextareaInput) {
      this.data.text = detail.value;
    },
    async act(action: () => Promise<void>, told: string) {
      if (this.data.busy) return;
      this.setData({ busy: true, problem: "", told: "" });
      try {
        await action();
        // What is said about one step is over with the next.
        this.setData({ writing: "", text: "", told, toldAt: this.own().current.value?.steps.length ?? 0 });
      } catch (failure) {
        this.setData({ problem: failure instanceof AppError ? failure.message : sessionOf(this.data.sid).texts.tickets("lost") });
      }
      this.setData({ busy: false });
    },
    onUrge() {
      void this.act(() => this.own().urge(), sessionOf(this.data.sid).texts.tickets("urged"));
    },
    onConfirm() {
      void this.act(() => this.own().confirm(), sessionOf(this.data.sid).texts.tickets("confirmed"));
    },
    onSend() {
      const t = sessionOf(this.data.sid).texts.tickets;
      const { writing } = this.data;
      const text = this.data.text.trim();
      const taken = writing === "withdraw" ? { ids: [], problem: "" } : (this.selectComponent(".proof") as unknown as Proof).take();
      const problem = taken.problem || (text || (writing === "remark" && taken.ids.length) ? "" : t("text_needed"));
      if (problem) return void this.setData({ problem });
      if (writing === "withdraw") return void this.act(() => this.own().withdraw(text), t("withdrawn"));
      void this.act(() => this.add(text, taken.ids, writing === "dispute"), writing === "dispute" ? "" : t("added"));
    },
    async add(text: string, ids: string[], disputes: boolean) {
      const kept = sending.get(this);
      if (!kept) return;
      const filled = JSON.stringify([text, ids, disputes]);
      if (kept.tried && kept.tried !== filled) kept.clientMsgId = newClientId();
      kept.tried = filled;
      await this.own().remark({ client_msg_id: kept.clientMsgId, text, attachment_ids: ids, disputes });
      sending.set(this, { clientMsgId: newClientId(), tried: "" });
    },
    onRate() {
      this.setData({ rating: true, skipped: false, ratingProblem: "" });
    },
    onLeaveRating() {
      this.setData({ rating: false, skipped: true });
    },
    async onRated({ detail }: WechatMiniprogram.CustomEvent<{ score: number; tags: string[]; comment: string }>) {
      this.setData({ busy: true, ratingProblem: "" });
      try {
        await this.own().rate(detail.score, detail.tags, detail.comment);
        this.setData({ rating: false });
      } catch (failure) {
        this.setData({ ratingProblem: failure instanceof AppError ? failure.message : sessionOf(this.data.sid).texts.tickets("lost") });
      }
      this.setData({ busy: false });
    },
  },
});

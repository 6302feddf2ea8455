// What one message holds. Choices and next questions are sent as if the citizen had written them.

import { asLines, connect, disconnect, openFile, openPicture, openPlace, sessionOf } from "../../core";

type Body = ReturnType<typeof import("../../../../chat/view/body").bodyOf>;

Component({
  options: { multipleSlots: false },
  properties: { sid: String, b: Object, active: Boolean, own: Boolean, mid: String },
  data: { tableOpen: false, basisOpen: false, broken: false, playing: false, soundBroken: false, words: {} },

  lifetimes: {
    attached() {
      connect(this, () => {
        const { texts, player } = sessionOf(this.data.sid);
        const { file, table } = this.data.b as Body;
        return {
          playing: player.playing.value === this.data.mid, soundBroken: player.broken.value.has(this.data.mid),
          words: {
            next: texts.first("next"), leave: texts.left("offer"), place: texts.files("place"), placeOpen: texts.files("place_open"),
            tableOpen: texts.own("table_open", { count: table?.rows.length ?? 0 }), tableClose: texts.own("table_close"),
            picture: texts.files("picture_open", { name: file?.name ?? "" }), voice: texts.files("kind_voice"), voiceBroken: texts.own("voice_broken"),
            play: file?.seconds ? texts.files("voice_play", { seconds: file.seconds }) : texts.files("voice_play_plain"),
          },
        };
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onSay({ currentTarget }: WechatMiniprogram.TouchEvent) {
      sessionOf(this.data.sid).visitor.send(String(currentTarget.dataset["say"]));
    },
    onTable() {
      this.setData({ tableOpen: !this.data.tableOpen });
    },
    onBasis() {
      this.setData({ basisOpen: !this.data.basisOpen });
    },
    onLink({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { href, own } = currentTarget.dataset as { href?: unknown; own?: boolean };
      if (typeof href !== "string" || !href) return;
      if (own) void openFile(sessionOf(this.data.sid), { src: href, own, name: href.split("/").pop() ?? "" });
      else this.triggerEvent("follow", { href }, { bubbles: true, composed: true });
    },
    onPicture({ currentTarget }: WechatMiniprogram.TouchEvent) {
      openPicture(String(currentTarget.dataset["src"]), []);
    },
    onBroken() {
      this.setData({ broken: true });
    },
    onVoice() {
      const { file } = this.data.b as Body;
      if (file?.src) sessionOf(this.data.sid).player.toggle(this.data.mid, file.src);
    },
    onFile() {
      const { file } = this.data.b as Body;
      if (file?.own) void openFile(sessionOf(this.data.sid), file);
      else if (file?.src) this.triggerEvent("follow", { href: file.src }, { bubbles: true, composed: true });
    },
    onPlace() {
      const { place } = this.data.b as Body;
      if (place) openPlace(place);
    },
    onLeave() {
      sessionOf(this.data.sid).left.open("form");
    },
    onFilled({ detail }: WechatMiniprogram.CustomEvent<{ values: Record<string, string> }>) {
      const { form } = this.data.b as Body;
      if (form) sessionOf(this.data.sid).visitor.send(asLines(form, detail.values));
    },
  },
});

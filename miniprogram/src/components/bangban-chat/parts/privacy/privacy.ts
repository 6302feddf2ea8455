// Asks for consent to the mini-program's privacy guide before WeChat lets us at pictures, voice, files or places.
// WeChat asks for it when such an interface is called and holds the call until it is answered:
// developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html

import { connect, disconnect, sessionOf } from "../../core";

type Resolve = (answer: { event: "agree" | "disagree" | "exposureAuthorization"; buttonId?: string }) => void;

const AGREE = "bangban-agree";
/** WeChat calls one listener, the last; so does each open chat. */
const asked: Resolve[] = [];

Component({
  properties: { sid: String },
  data: { open: false, name: "", words: {} },

  lifetimes: {
    attached() {
      connect(this, () => this.words());
      const onAsked = (resolve: Resolve) => {
        asked.push(resolve);
        this.setData({ open: true });
        resolve({ event: "exposureAuthorization" });
        // What the operator has called the guide in the mini-program's console.
        wx.getPrivacySetting({
          success: ({ privacyContractName }) => {
            const name = (privacyContractName ?? "").replace(/[《》]/g, "");
            if (name) this.setData({ name }, () => this.setData(this.words()));
          },
        });
      };
      // Before base library 2.32.3 WeChat asks by itself. Its typings know nothing of what the listener gets.
      wx.onNeedPrivacyAuthorization?.(onAsked as unknown as WechatMiniprogram.OnNeedPrivacyAuthorizationCallback);
    },
    detached() {
      this.answer("disagree");
      disconnect(this);
    },
  },

  methods: {
    words() {
      const t = sessionOf(this.data.sid).texts.own;
      const name = this.data.name || t("privacy_name");
      return {
        words: {
          title: t("privacy_title"), text: t("privacy_text", { name }), read: t("privacy_read", { name }),
          agree: t("privacy_agree"), refuse: t("privacy_refuse"),
        },
      };
    },
    answer(event: "agree" | "disagree") {
      asked.splice(0).forEach((resolve) => resolve(event === "agree" ? { event, buttonId: AGREE } : { event }));
      if (this.data.open) this.setData({ open: false });
    },
    onAgree() {
      this.answer("agree");
    },
    onRefuse() {
      this.answer("disagree");
    },
    onRead() {
      wx.openPrivacyContract({ fail: () => undefined });
    },
    onNothing() {
      // What lies below does not scroll.
    },
  },
});

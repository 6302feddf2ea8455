// The page of the chat. What it is opened with: `ask`, a question to begin with; `from`, where the citizen comes from;
// `leave`, to leave a message at once; `tickets`, to see how one's tickets stand.

import { decoded } from "../../chat/query";
import { settings } from "../../settings";

Page({
  data: {
    server: settings.server, inbox: settings.inbox, page: "pages/chat/chat", subChannel: "", question: "", sheet: "", front: true, webHosts: settings.webHosts,
  },

  onLoad({ ask, from, leave, tickets }: Record<string, string | undefined>) {
    this.setData({ question: decoded(ask), subChannel: decoded(from), sheet: leave !== undefined ? "form" : tickets !== undefined ? "tickets" : "" });
  },

  onShow() {
    this.setData({ front: true });
  },

  onHide() {
    this.setData({ front: false });
  },

  /** The inbox's own title and colour. */
  onLook({ detail }: WechatMiniprogram.CustomEvent<{ title: string; colour: string }>) {
    if (detail.title) void wx.setNavigationBarTitle({ title: detail.title });
    void wx.setNavigationBarColor({ frontColor: "#ffffff", backgroundColor: detail.colour });
  },

  /** Of a host that may be shown here (settings.webHosts); the component copies the others. */
  onLink({ detail }: WechatMiniprogram.CustomEvent<{ href: string }>) {
    void wx.navigateTo({ url: `/pages/link/link?href=${encodeURIComponent(detail.href)}` });
  },
});

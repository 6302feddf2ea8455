// A page of a host that the mini-program may show (业务域名 in its console).

import { settings } from "../../settings";

Page({
  data: { href: "" },

  onLoad({ href = "" }: Record<string, string | undefined>) {
    const wanted = decodeURIComponent(href);
    const host = /^https:\/\/([^/:?#]+)/i.exec(wanted)?.[1]?.toLowerCase() ?? "";
    // Whoever passes a link of this mini-program on could otherwise have it show any page.
    if (settings.webHosts.includes(host)) this.setData({ href: wanted });
  },
});

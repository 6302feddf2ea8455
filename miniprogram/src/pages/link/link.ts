// A page of a host that the mini-program may show (业务域名 in its console).

import { decoded, hostOf } from "../../chat/query";
import { settings } from "../../settings";

Page({
  data: { href: "" },

  onLoad({ href }: Record<string, string | undefined>) {
    const wanted = decoded(href);
    // Whoever passes a link of this mini-program on could otherwise have it show any page.
    if (settings.webHosts.includes(hostOf(wanted))) this.setData({ href: wanted });
  },
});

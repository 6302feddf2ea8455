// Which service the mini-program talks to: the one file its operator fills in (docs/miniprogram.md).

export const settings = {
  /** Where Bangban is, https, without a slash at the end. */
  server: "https://bangban.example.gov.cn",
  /** The inbox of channel `miniprogram` that was made for this mini-program. */
  inbox: "miniprogram",
  /** Hosts that may be opened inside the mini-program (业务域名 of its console); other links are copied. */
  webHosts: [] as string[],
};

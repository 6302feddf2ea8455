// The time of day where the organisation is: mainland China has one zone.

const FORMAT = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });

/** 09:05 */
export function localTime(at: Date): string {
  return FORMAT.format(at);
}

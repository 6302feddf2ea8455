// Days of validity: dates without a time, counted in Asia/Shanghai as the server counts them.

const DAY_MS = 86_400_000;
// Sweden writes dates as ISO does.
const ISO = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });

/** The day in Shanghai, as 2026-11-22. */
export function today(now: Date = new Date()): string {
  return ISO.format(now);
}

/** Days until `day` (0: today is the last one); negative when it is past. */
export function daysLeft(day: string, now: Date = new Date()): number {
  return Math.round((Date.parse(day) - Date.parse(today(now))) / DAY_MS);
}

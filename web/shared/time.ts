// Times for people: stored in UTC, shown in Asia/Shanghai wherever the reader's clock stands.
//
// Counted by hand, eight hours ahead all the year since 1991: not every mini-program's engine has Intl, and making one
// format takes a browser as long as drawing some rows.

const AHEAD_MS = 8 * 3600_000;
const DAY_MS = 86_400_000;

const two = (value: number) => String(value).padStart(2, "0");
/** Its UTC fields are the clock's in Shanghai. */
const there = (at: string | Date) => new Date(new Date(at).getTime() + AHEAD_MS);
const clockOf = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
const monthDay = (date: Date) => `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;

export function clock(at: string | Date): string {
  return clockOf(there(at));
}

/** 09:05 today, 11-21 09:05 before. */
export function shortTime(at: string, now: Date = new Date()): string {
  const date = there(at);
  const today = monthDay(there(now)) === monthDay(date) && there(now).getTime() - date.getTime() < DAY_MS;
  return today ? clockOf(date) : `${monthDay(date)} ${clockOf(date)}`;
}

export function fullTime(at: string): string {
  return `${dayOf(at)} ${clock(at)}`;
}

/** A deadline, as people say it: midnight is the end of the day before. */
export function deadlineTime(at: string): string {
  const shown = fullTime(at);
  if (!shown.endsWith("00:00")) return shown;
  const before = fullTime(new Date(new Date(at).getTime() - 60_000).toISOString());
  return before.replace("23:59", "24:00");
}

export function secondsSince(at: string, now: number): number {
  return Math.max(0, Math.floor((now - new Date(at).getTime()) / 1000));
}

/** 0:42, 12:05, 1:02:09. */
export function stopwatch(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** 2026-11-22, there. */
export function dayOf(at: string): string {
  const date = there(at);
  return `${date.getUTCFullYear()}-${monthDay(date)}`;
}

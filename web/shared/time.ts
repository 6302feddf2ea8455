// Times for people: stored in UTC, shown in Asia/Shanghai wherever the reader's clock stands.

const ZONE = "Asia/Shanghai";

// Making one takes a browser as long as drawing some rows: none is made before it is needed.
const part = (options: Intl.DateTimeFormatOptions) => {
  let made: Intl.DateTimeFormat | undefined;
  const format = (date: Date) =>
    (made ??= new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hourCycle: "h23", ...options })).format(date);
  return { format };
};
const CLOCK = part({ hour: "2-digit", minute: "2-digit" });
const DAY = part({ month: "2-digit", day: "2-digit" });
const FULL = part({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

export function clock(at: string | Date): string {
  return CLOCK.format(new Date(at));
}

/** 09:05 today, 11-21 09:05 before. */
export function shortTime(at: string, now: Date = new Date()): string {
  const date = new Date(at);
  const day = DAY.format(date).replace("/", "-");
  const today = DAY.format(now) === DAY.format(date) && now.getTime() - date.getTime() < 86_400_000;
  return today ? clock(date) : `${day} ${clock(date)}`;
}

export function fullTime(at: string): string {
  return FULL.format(new Date(at)).replaceAll("/", "-");
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
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const YEAR_DAY = part({ year: "numeric", month: "2-digit", day: "2-digit" });

/** 2026-11-22, there. */
export function dayOf(at: string): string {
  return YEAR_DAY.format(new Date(at)).replaceAll("/", "-");
}

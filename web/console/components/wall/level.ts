// From when on a wait is shown as long, and as too long: three minutes are what service agreements promise.

export type Level = "calm" | "waits" | "late";

const WAITS_S = 90;
const LATE_S = 180;

export function levelOf(seconds: number | null): Level {
  if (seconds === null || seconds < WAITS_S) return "calm";
  return seconds < LATE_S ? "waits" : "late";
}

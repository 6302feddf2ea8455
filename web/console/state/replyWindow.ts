// What a channel still lets us send in a conversation, as it stands this second. Pure, so that it can be tested.

import type { ReplyWindowUpdated } from "@shared/contract";

export interface Allowed {
  left: number;
  /** Until when the last of them holds, in milliseconds; null when none is left. */
  endsAt: number | null;
  /** plenty; last: one is left; spent: all are used; closed: the citizen has not written for too long. */
  state: "plenty" | "last" | "spent" | "closed";
}

/** `now` in milliseconds. Windows end by themselves, without an event. */
export function allowed(told: ReplyWindowUpdated, now: number): Allowed {
  const running = told.windows.filter((each) => Date.parse(each.ends_at) > now);
  // Where windows do not add up, the server's count is less than their sum.
  const left = Math.min(told.left, running.reduce((sum, each) => sum + each.replies, 0));
  const endsAt = running.length ? Math.max(...running.map((each) => Date.parse(each.ends_at))) : null;
  if (left > 0) return { left, endsAt, state: left === 1 ? "last" : "plenty" };
  const over = told.windows.length > 0 && !running.length;
  return { left: 0, endsAt: null, state: told.open && !over ? "spent" : "closed" };
}

/** 47 and 12 of 47 h 12 min; seconds are shown in the last minute only. */
export function span(milliseconds: number): { hours: number; minutes: number; seconds: number } {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60), seconds: whole % 60 };
}

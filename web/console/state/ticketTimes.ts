// How long there is until a deadline, or since: to the minute near it, to the day far from it.

import { t } from "../i18n";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 还有 2 天 3 小时; 已超 40 分钟. */
export function leftOf(due: string, now: number): string {
  const ms = Date.parse(due) - now;
  const length = spanOf(Math.abs(ms));
  return t(ms > 0 ? "deadline_left" : "deadline_over", { length });
}

export function spanOf(ms: number): string {
  const [days, hours, minutes] = [Math.floor(ms / DAY), Math.floor((ms % DAY) / HOUR), Math.floor((ms % HOUR) / MINUTE)];
  if (days) return hours ? t("span_days_hours", { days, hours }) : t("span_days", { days });
  if (hours) return minutes ? t("span_hours_minutes", { hours, minutes }) : t("span_hours", { hours });
  return t("span_minutes", { minutes });
}

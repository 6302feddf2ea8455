"""The stand-in's time: a function that gives seconds since 1970, read as Chinese days and months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import chinese_calendar

Now = Callable[[], float]

# China has one zone and no summer time.
ZONE = timezone(timedelta(hours=8))


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZONE).replace(microsecond=0)


def day_of(seconds: float) -> date:
    return instant(seconds).date()


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before that of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def month_text(month: date) -> str:
    return f"{month:%Y-%m}"


def workdays_after(day: date, count: int) -> list[date]:
    """The next `count` workdays after `day`."""
    found: list[date] = []
    while len(found) < count:
        day += timedelta(days=1)
        if _is_workday(day):
            found.append(day)
    return found


def _is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        # The holidays of that year are not known yet.
        return day.weekday() < 5

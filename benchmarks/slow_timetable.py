"""The counting of handoff/sla/timetable.py done the slow, obvious way: minute by minute and day by day.

What the compiled timetable is tested and measured against; written from its rules, not from its code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours
from handoff.sla.spans import Counting, Pause, Unit

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def slow_due(
    calendar: Calendar,
    hours: DutyHours,
    counting: Counting,
    start: datetime,
    amount: int,
    unit: Unit,
    pauses: Sequence[Pause] = (),
    *,
    last: date,
) -> datetime | None:
    """When it is due; None while the last pause lasts, and after the day `last`. `start` and pauses at whole minutes.

    Hours may make no workday at all (open on Sundays alone): without `last` such days would be counted for ever.
    """
    if unit is Unit.MINUTES:
        return _minutes(hours, start, amount, pauses, last)
    return _days(calendar, hours, counting, start, amount, unit, pauses, last)


def _minutes(
    hours: DutyHours, start: datetime, amount: int, pauses: Sequence[Pause], last: date
) -> datetime | None:
    at, left = start, amount
    while left:
        if at.date() > last:
            return None
        if any(begin <= at and end is None for begin, end in pauses):
            return None
        paused = any(begin <= at < end for begin, end in pauses if end is not None)
        if not paused and hours.is_open(at):
            left -= 1
        at += _MINUTE
    return at


def _days(
    calendar: Calendar,
    hours: DutyHours,
    counting: Counting,
    start: datetime,
    amount: int,
    unit: Unit,
    pauses: Sequence[Pause],
    end_of_all: date,
) -> datetime | None:
    def is_workday(day: date) -> bool:
        return calendar.is_workday(day) and bool(hours.periods(day))

    def counts(day: date) -> bool:
        return unit is Unit.DAYS or is_workday(day)

    def closing(day: date) -> datetime:
        periods = hours.periods(day)
        end = periods[-1][1] if periods and counting.until_closing else 24 * 60
        return datetime(day.year, day.month, day.day, tzinfo=start.tzinfo) + end * _MINUTE

    day, left = start.date(), amount
    if counting.first_day_counts and start < closing(day) and counts(day):
        left -= 1
    waiting = [each for each in pauses if each[1] is None or each[1].date() > each[0].date()]
    while day <= end_of_all:
        moves = unit is Unit.DAYS and counting.move_off_days and not is_workday(day)
        last = left == 0 and not moves
        if waiting and waiting[0][0].date() == day and not (last and waiting[0][0] >= closing(day)):
            end = waiting.pop(0)[1]
            if end is None:
                return None
            # The day of the pause is used up, that of its end is not counted, and something is left.
            day, left = end.date(), max(1, left)
            continue
        if last:
            return closing(day)
        day += _DAY
        if left and counts(day):
            left -= 1
    return None

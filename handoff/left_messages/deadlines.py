"""By when a left message is to be answered: so many workdays on, at the end of that day's duty hours. Pure.

民法典 第二百零一条: the day on which a period begins is not counted. 第二百零三条: the period ends at midnight of its
last day, or where there are hours of business, when they end; what would end on a day off ends on the next workday.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours

# A calendar in which nothing is a workday for so long is wrong; the last day looked at must do then.
_FARTHEST = 400


def due_at(left: datetime, workdays: int, calendar: Calendar, hours: DutyHours) -> datetime:
    """`left` is local time; so is what is returned. A workday on which nobody is on duty at all is passed over."""
    day, counted = left.date(), 0
    for _ in range(_FARTHEST):
        day += timedelta(days=1)
        if calendar.is_workday(day) and hours.periods(day):
            counted += 1
            if counted >= workdays:
                break
    periods = hours.periods(day)
    end = periods[-1][1] if periods else 24 * 60
    return datetime(day.year, day.month, day.day, tzinfo=left.tzinfo) + timedelta(minutes=end)

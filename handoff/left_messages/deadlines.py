"""By when a left message is to be answered: so many workdays on, at the end of that day's duty hours. Pure.

Counted as tickets are: handoff/sla/timetable.py, with the sources of its rules.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours
from handoff.sla.spans import Unit
from handoff.sla.timetable import Timetable

# A calendar in which nothing is a workday for so long is wrong; the last day looked at must do then.
_FARTHEST = timedelta(days=400)


def due_at(left: datetime, workdays: int, calendar: Calendar, hours: DutyHours) -> datetime:
    """`left` is local time; so is what is returned. A workday on which nobody is on duty at all is passed over."""
    last = left.date() + _FARTHEST
    table = Timetable(calendar, hours, first=left.date(), last=last)
    due = table.due(left, workdays, Unit.WORKDAYS) or table.closing(last, left.tzinfo)
    assert due is not None
    return due

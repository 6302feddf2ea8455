"""The timetable in force for a schedule of duty hours: compiled once, and again when hours or calendar change."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.configs import get_config
from handoff.hours.settings import (
    CALENDAR_CONFIG,
    HOURS_CONFIG,
    CalendarSettings,
    HoursSettings,
    Schedule,
)
from handoff.hours.statutory import shipped
from handoff.sla.spans import Counting
from handoff.sla.timetable import Timetable, spread

# Tickets that came over from an older system, and the longest promise there may be.
_YEARS_BACK, _YEARS_AHEAD = 20, 12


class Timetables:
    """Those of one moment: the documents are read once, however many tickets are counted with them."""

    def __init__(
        self, hours: HoursSettings, calendar: CalendarSettings, counting: Counting, now: datetime
    ) -> None:
        self._hours, self._calendar, self._counting = hours, calendar, counting
        self._year = now.astimezone(LOCAL_ZONE).year
        self._known: dict[str, Timetable] = {}

    def of(self, schedule_id: str) -> Timetable:
        """Of this schedule; of the usual one when it has been removed."""
        if schedule_id not in self._known:
            schedule = self._hours.schedule(schedule_id)
            self._known[schedule_id] = _compiled(
                schedule.model_dump_json(),
                self._calendar.model_dump_json(),
                self._counting,
                self._year,
            )
        return self._known[schedule_id]


async def timetables(session: AsyncSession, counting: Counting, now: datetime) -> Timetables:
    hours = await get_config(session, HOURS_CONFIG, HoursSettings)
    calendar = await get_config(session, CALENDAR_CONFIG, CalendarSettings)
    return Timetables(hours, calendar, counting, now)


@lru_cache(maxsize=16)
def _compiled(schedule: str, calendar: str, counting: Counting, year: int) -> Timetable:
    """By what they say, not by when they were saved: two databases in one process do not mix."""
    days = CalendarSettings.model_validate_json(calendar).over(shipped())
    hours = Schedule.model_validate_json(schedule).hours(days)
    first, last = spread(year, back=_YEARS_BACK, ahead=_YEARS_AHEAD)
    return Timetable(days, hours, first=first, last=last, counting=counting)

"""Duty hours: when people serve. Pure; takes local times. Not the workdays of deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.hours.calendar import Calendar

# Minutes of the day, the end not included: (540, 720) is 09:00 to 12:00; 1440 is midnight.
Period = tuple[int, int]
DAY = 1440
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class DutyHours:
    """Periods by weekday (0 is Monday); `special` days replace them, an empty list means closed.

    With a `calendar`, statutory days off are closed and weekend days that are worked have the periods `makeup`.
    """

    weekly: Sequence[Sequence[Period]] = (((0, DAY),),) * 7
    special: Mapping[date, Sequence[Period]] = field(default_factory=dict)
    calendar: Calendar | None = None
    makeup: Sequence[Period] = ()

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        for periods in [*self.weekly, *self.special.values(), self.makeup]:
            previous = 0
            for start, end in periods:
                if not previous <= start < end <= DAY:
                    raise ValueError("periods must be ordered, apart, and within the day")
                previous = end

    def periods(self, day: date) -> Sequence[Period]:
        if day in self.special:
            return self.special[day]
        if self.calendar is not None and day in self.calendar.off:
            return ()
        if self.calendar is not None and day in self.calendar.makeup:
            return self.makeup
        return self.weekly[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether people serve at this local time."""
        minute = at.hour * 60 + at.minute
        return any(start <= minute < end for start, end in self.periods(at.date()))

    def next_opening(self, at: datetime, *, within_days: int = 31) -> datetime | None:
        """The next local time people serve, `at` itself if they do; None within the days."""
        if self.is_open(at):
            return at
        minute = at.hour * 60 + at.minute
        for ahead in range(within_days + 1):
            day = at.date() + timedelta(days=ahead)
            for start, _ in self.periods(day):
                if ahead > 0 or start > minute:
                    midnight = datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)
                    return midnight + timedelta(minutes=start)
        return None


def describe(at: datetime, opening: datetime) -> str:
    """The opening in a citizen's words: 今天14:00, 明天09:00, 11月30日（周一）09:00."""
    clock = f"{opening:%H:%M}"
    days = (opening.date() - at.date()).days
    if days <= 1:
        return ("今天" if days == 0 else "明天") + clock
    return f"{opening.month}月{opening.day}日（周{_WEEKDAYS[opening.weekday()]}）{clock}"

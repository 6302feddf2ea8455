"""A calendar and duty hours compiled for counting: when so many minutes of duty hours, days or workdays are over.

Pure; takes and gives local times, to the second. Sums over all days before each day are computed once, so that every
question is one or two bisections. The rules, and where they are from:

- A period of days begins on the day after the event: 民法典 第二百零一条第一款. Hours and minutes run from the
  event itself: 第二百零一条第二款.
- It ends with its last day, and where there are hours of business, when they end: 第二百零三条第二款. A last day on
  a day off moves to the next workday: 第二百零三条第一款. Organisations differ here: see Counting.
- A workday is a weekday that is not off, or a weekend day that is worked (handoff/hours/calendar.py), on which
  somebody is on duty at all.
- A pause takes nothing away: what was left when it began goes on when it ends, in the same unit. For days the day of
  the pause is used up and the day of its end is not counted; a pause within one day changes nothing, and after a
  longer one there is at least one day left. No law says so: it is ours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours
from handoff.sla.spans import Counting, Leg, Pause, Run, Unit

DAY = 24 * 60 * 60


class Timetable:
    """Of all days from `first` to `last`. What lies outside is not known: None is the answer, never a guess."""

    def __init__(
        self,
        calendar: Calendar,
        hours: DutyHours,
        *,
        first: date,
        last: date,
        counting: Counting = Counting(),
    ) -> None:
        self.calendar, self.hours, self.counting = calendar, hours, counting
        self.first, self.last = first, last
        self._zero = first.toordinal()
        self._size = last.toordinal() - self._zero + 1
        # Duty periods in their order: when each begins and ends, and how much duty there was up to its end (seconds).
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._done: list[int] = []
        # Days (counted from the first) that are workdays; how many there are before each day; when each day closes.
        self._workdays: list[int] = []
        self._before: list[int] = [0]
        self._closes: list[int] = []
        self._compile()

    def _compile(self) -> None:
        done = 0
        for index in range(self._size):
            day = date.fromordinal(self._zero + index)
            periods = self.hours.periods(day)
            midnight = index * DAY
            for start, end in periods:
                done += (end - start) * 60
                self._starts.append(midnight + start * 60)
                self._ends.append(midnight + end * 60)
                self._done.append(done)
            if periods and self.calendar.is_workday(day):
                self._workdays.append(index)
            self._before.append(len(self._workdays))
            closing = periods[-1][1] * 60 if periods and self.counting.until_closing else DAY
            self._closes.append(midnight + closing)

    # ---- what is asked -------------------------------------------------------------------------

    def due(self, start: datetime, amount: int, unit: Unit) -> datetime | None:
        """When `amount` (at least 1) of `unit` is over; None: beyond the timetable."""
        second = self._second(start)
        if second is None:
            return None
        if unit is Unit.MINUTES:
            return self._moment(self._after_duty(second, amount * 60), start.tzinfo)
        last = self._last_day(second, amount, unit)
        return self._moment(self._closing(last, unit), start.tzinfo)

    def run(self, start: datetime, amount: int, unit: Unit, pauses: Sequence[Pause] = ()) -> Run:
        """The whole way of a clock with its pauses, which are in order and apart."""
        if unit is Unit.MINUTES:
            return self._run_minutes(start, amount * 60, pauses)
        return self._run_days(start, amount, unit, pauses)

    def duty_seconds(self, start: datetime, end: datetime) -> int:
        """How much duty there is between two times; 0 when `end` is not later. Outside of the timetable: none."""
        return max(
            0, self._duty_before(self._clamped(end)) - self._duty_before(self._clamped(start))
        )

    def workdays_between(self, start: date, end: date) -> int:
        """Workdays after `start` up to and with `end`; 0 when `end` is not later."""
        after, until = self._bounded(start) + 1, self._bounded(end) + 1
        return max(0, self._before[until] - self._before[after])

    def left(self, at: datetime, due: datetime, unit: Unit) -> int:
        """What is left at `at` of a period that ends at `due`: whole minutes of duty, or days after today."""
        if unit is Unit.MINUTES:
            return self.duty_seconds(at, due) // 60
        # A period that ends at 24:00 ends on the day before.
        last = (due - timedelta(seconds=1)).date()
        if unit is Unit.WORKDAYS:
            return self.workdays_between(at.date(), last)
        return max(0, (last - at.date()).days)

    def shifted(self, at: datetime, amount: int, unit: Unit) -> datetime | None:
        """For reminders: so much before `at` (`amount` below 0) or after it, at the same time of day for days."""
        second = self._second(at)
        if second is None:
            return None
        if unit is Unit.DAYS:
            return self._moment(second + amount * DAY, at.tzinfo)
        if unit is Unit.WORKDAYS:
            day, rest = divmod(second, DAY)
            index = self._before[day] if amount < 0 else self._before[day + 1] - 1
            index += amount
            if not 0 <= index < len(self._workdays):
                return None
            return self._moment(self._workdays[index] * DAY + rest, at.tzinfo)
        if amount < 0:
            return self._moment(self._before_duty(second, -amount * 60), at.tzinfo)
        return self._moment(self._after_duty(second, amount * 60), at.tzinfo)

    def closing(self, day: date, zone: tzinfo | None) -> datetime | None:
        """When a period ends whose last day was named: nothing is moved."""
        index = day.toordinal() - self._zero
        return self._moment(self._closes[index], zone) if 0 <= index < self._size else None

    def is_counted(self, day: date) -> bool:
        """Whether it is a workday on which somebody is on duty."""
        index = day.toordinal() - self._zero
        return 0 <= index < self._size and self._before[index + 1] > self._before[index]

    # ---- minutes -------------------------------------------------------------------------------

    def _duty_before(self, second: int) -> int:
        """Seconds of duty from the beginning of the timetable."""
        index = bisect_right(self._starts, second) - 1
        if index < 0:
            return 0
        end = self._ends[index]
        return self._done[index] - (end - second if second < end else 0)

    def _after_duty(self, second: int, amount: int) -> int | None:
        """The first moment by which `amount` seconds of duty have passed."""
        wanted = self._duty_before(second) + amount
        index = bisect_left(self._done, wanted)
        if index == len(self._done):
            return None
        return self._ends[index] - (self._done[index] - wanted)

    def _before_duty(self, second: int, amount: int) -> int | None:
        """The last moment from which on `amount` seconds of duty pass."""
        wanted = self._duty_before(second) - amount
        if wanted < 0:
            return None
        index = bisect_right(self._done, wanted)
        if index == len(self._done):
            return None
        return self._ends[index] - (self._done[index] - wanted)

    def _run_minutes(self, start: datetime, left: int, pauses: Sequence[Pause]) -> Run:
        legs: list[Leg] = []
        for begin, end in pauses:
            second, stop = self._second(start), self._second(begin)
            if second is None or stop is None:
                return Run(None, [*legs, Leg(start, left)])
            due = self._after_duty(second, left)
            if due is not None and stop >= due:
                break
            legs.append(Leg(start, left, begin))
            left -= self._duty_before(stop) - self._duty_before(second)
            if end is None:
                return Run(None, legs)
            start = end
        legs.append(Leg(start, left))
        second = self._second(start)
        due = None if second is None else self._after_duty(second, left)
        return Run(self._moment(due, start.tzinfo), legs)

    # ---- days ----------------------------------------------------------------------------------

    def _last_day(self, second: int, amount: int, unit: Unit) -> int | None:
        """The last of so many days, before it is moved."""
        day = second // DAY
        if self.counting.first_day_counts and second < self._closes[day]:
            day -= 1
        return self._nth(day, amount, unit)

    def _nth(self, day: int, amount: int, unit: Unit) -> int | None:
        """The `amount`-th day after `day`."""
        if unit is Unit.DAYS:
            return day + amount if day + amount < self._size else None
        index = self._before[day + 1] + amount - 1
        return self._workdays[index] if index < len(self._workdays) else None

    def _closing(self, last: int | None, unit: Unit) -> int | None:
        """When a period ends whose last day that is."""
        if last is None:
            return None
        if unit is Unit.DAYS and self.counting.move_off_days:
            index = self._before[last]
            if index == len(self._workdays):
                return None
            last = self._workdays[index]
        return self._closes[last]

    def _run_days(self, start: datetime, amount: int, unit: Unit, pauses: Sequence[Pause]) -> Run:
        second = self._second(start)
        if second is None:
            return Run(None, [Leg(start, amount)])
        last = self._last_day(second, amount, unit)
        legs: list[Leg] = []
        for begin, end in pauses:
            due = self._closing(last, unit)
            stop = self._second(begin)
            if last is None or due is None or stop is None or stop >= due:
                break
            paused = stop // DAY
            if end is not None and end.date() == begin.date():
                continue
            if unit is Unit.DAYS:
                left = last - paused
            else:
                left = self._before[last + 1] - self._before[paused + 1]
            legs.append(Leg(start, amount, begin))
            if end is None:
                return Run(None, legs)
            resumed = self._second(end)
            if resumed is None:
                return Run(None, legs)
            start, amount = end, max(1, left)
            last = self._nth(resumed // DAY, amount, unit)
        legs.append(Leg(start, amount))
        due_at = self._moment(self._closing(last, unit), start.tzinfo)
        return Run(due_at, legs, None if last is None else date.fromordinal(self._zero + last))

    # ---- seconds and times ---------------------------------------------------------------------

    def _second(self, at: datetime) -> int | None:
        """Seconds from the timetable's beginning; None outside of it."""
        day = at.toordinal() - self._zero
        if not 0 <= day < self._size:
            return None
        return day * DAY + at.hour * 3600 + at.minute * 60 + at.second

    def _clamped(self, at: datetime) -> int:
        day = at.toordinal() - self._zero
        if day < 0:
            return 0
        return self._size * DAY if day >= self._size else self._second(at) or 0

    def _bounded(self, day: date) -> int:
        return min(max(day.toordinal() - self._zero, -1), self._size - 1)

    def _moment(self, second: int | None, zone: tzinfo | None) -> datetime | None:
        if second is None or second < 0:
            return None
        day, rest = divmod(second, DAY)
        hour, rest = divmod(rest, 3600)
        midnight = date.fromordinal(self._zero + day)
        return datetime(
            midnight.year, midnight.month, midnight.day, hour, rest // 60, rest % 60, tzinfo=zone
        )


def spread(year: int, *, back: int, ahead: int) -> tuple[date, date]:
    """The first and last day of the years around one, for which a timetable is compiled."""
    return date(year - back, 1, 1), date(year + ahead, 12, 31)

"""The words of counting: units, rules, pauses, and how a clock ran. Pure; handoff/sla/timetable.py counts with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Unit(StrEnum):
    MINUTES = "minutes"  # of duty hours
    DAYS = "days"  # of the calendar
    WORKDAYS = "workdays"


# From when until when the clock stood still; None: it still does.
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Counting:
    """Where organisations count differently. Default: as the law does where nothing else was agreed.

    `first_day_counts`: the day of the event is the first day, unless it is after closing. `move_off_days`: the last of
    so many calendar days moves on where it is off. `until_closing`: the last day ends with its duty hours, not at
    24:00.
    """

    first_day_counts: bool = False
    move_off_days: bool = True
    until_closing: bool = True


@dataclass(frozen=True)
class Leg:
    """A stretch in which the clock ran: from `start`, with `amount` of the unit (seconds for minutes) to go."""

    start: datetime
    amount: int
    stopped: datetime | None = None


@dataclass(frozen=True)
class Run:
    """How a clock ran. `due` None: it stands still, or its end lies beyond the timetable. `last_day`: before it was
    moved off a day off. `legs`: from pause to pause, those within a day left out."""

    due: datetime | None
    legs: Sequence[Leg]
    last_day: date | None = None

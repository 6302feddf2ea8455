"""Statutory days: which are off, and which weekend days are worked instead (调休). Pure.

Whose days these are: the State Council's yearly notice on the arrangement of holidays, under 全国年节及纪念日放假办法.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """`off` and `makeup` by day, with the holiday's name; `years` are those that are known."""

    off: Mapping[date, str] = field(default_factory=dict)
    makeup: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        both = set(self.off) & set(self.makeup)
        if both:
            raise ValueError(f"{min(both)} is both a day off and a day of work")

    def is_workday(self, day: date) -> bool:
        """A weekday that is not off, or a weekend day that is worked. In an unknown year: a weekday."""
        if day in self.makeup:
            return True
        return day not in self.off and day.weekday() < _SATURDAY

    def with_year(self, year: int, off: Mapping[date, str], makeup: Mapping[date, str]) -> Calendar:
        """This calendar with one year replaced."""
        return Calendar(
            off={**{day: name for day, name in self.off.items() if day.year != year}, **off},
            makeup={**{d: name for d, name in self.makeup.items() if d.year != year}, **makeup},
            years=self.years | {year},
        )


def years_needed(on: date, *, announced_by: int = 11) -> list[int]:
    """The years whose days must be known: this one, and the next from the month on in which it is announced."""
    return [on.year, on.year + 1] if on.month >= announced_by else [on.year]

"""When somebody reaches the legal retirement age, and how long contributions must have been paid by then. Pure.

国务院关于渐进式延迟法定退休年龄的办法 (approved on 2024-09-13 by the Standing Committee of the National People's
Congress, in force from 2025-01-01), articles 1 to 3 and annexes 1 to 4. The numbers come from the region's values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from actions.region import RegionNumbers

Group = Literal["male", "female_55", "female_50"]


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From YYYY-MM; what follows is not looked at."""
        year, month = text.split("-")[:2]
        return cls(int(year), int(month))

    def plus(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def since(self, other: Month) -> int:
        """Months from the other to this one; negative if this one is earlier."""
        return (self.year - other.year) * 12 + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


@dataclass(frozen=True)
class Retirement:
    """`original`: by the age before the reform. `delay` in months. `earliest` and `latest`: flexible retirement.

    `age` in months at the legal date. `needed`: months of contributions needed by the legal date.
    """

    birth: Month
    original: Month
    delay: int
    legal: Month
    earliest: Month
    latest: Month
    needed: int

    @property
    def age(self) -> int:
        return self.legal.since(self.birth)


def retirement_of(birth: Month, group: Group, region: RegionNumbers) -> Retirement:
    """The dates of somebody born in this month. `group`: the sex, and for women the age that held before."""
    rule = region.table(f"si.retirement_{group}")
    original = birth.plus(int(rule["age"]) * 12)
    start = Month.parse(region.text("si.retirement_reform_from"))
    late = original.since(start)
    # One month for everybody who would have retired in the first `step` months, two in the next, and so on.
    delay = 0 if late < 0 else min(late // int(rule["step"]) + 1, int(rule["most"]))
    legal = original.plus(delay)
    flexible = region.whole("si.retirement_flexible_months")
    return Retirement(
        birth=birth,
        original=original,
        delay=delay,
        legal=legal,
        earliest=max(original, legal.plus(-flexible)),
        latest=legal.plus(flexible),
        needed=contribution_months(legal.year, region),
    )


def contribution_months(year: int, region: RegionNumbers) -> int:
    """Months of contributions needed for a monthly pension by those who retire in this year."""
    rule = region.table("si.pension_min_months")
    rises = max(0, year - int(rule["from"]) + 1)
    return min(int(rule["base"]) + rises * int(rule["step"]), int(rule["most"]))

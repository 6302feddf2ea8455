"""Estimates the monthly pension of an employee or a flexible worker in today's money. Pure, integer fen.

国务院关于完善企业职工基本养老保险制度的决定 (国发〔2005〕38号) part 6 and its annex: the basic pension is one
percent a year of the mean of the local wage and one's own indexed wage; the personal account is divided by
the months of the table. Years that count without contributions (视同缴费) bring more, which is not estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from actions.region import RegionNumbers

MONTHS = 12


@dataclass(frozen=True)
class PensionQuestion:
    """`age` at retirement in years, `months` contributed by then, `index` 0.6 to 3: own wage to local wage.

    `account`: the personal account in fen; None: made up of the contributions alone, without interest.
    """

    age: int
    months: int
    index: Decimal
    account: int | None


@dataclass(frozen=True)
class Pension:
    """Fen a month. `account`: the personal account it was computed with, `divisor` in months."""

    basic: int
    personal: int
    account: int
    divisor: int

    @property
    def total(self) -> int:
        return self.basic + self.personal


def estimate_pension(question: PensionQuestion, region: RegionNumbers) -> Pension:
    """For somebody who has contributed long enough; whether that is so is not asked here."""
    wage = region.number("si.pension_base")
    years = Decimal(question.months) / MONTHS
    own = wage * question.index
    basic = (wage + own) / 2 * years * region.rate("si.pension_percent_per_year")
    account = question.account
    if account is None:
        account = _fen(own * region.rate("si.pension_personal_rate") * question.months)
    divisor = divisor_of(question.age, region)
    return Pension(_fen(basic), _fen(Decimal(account) / divisor), account, divisor)


def divisor_of(age: int, region: RegionNumbers) -> int:
    """Months of the table; younger or older than it goes counts as its end."""
    table = {
        int(years): int(months) for years, months in region.table("si.pension_divisor").items()
    }
    return table[max(min(table), min(age, max(table)))]


def _fen(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))

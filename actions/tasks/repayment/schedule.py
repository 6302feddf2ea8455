"""Repayment schedules to the fen: equal instalments (等额本息) and equal principal (等额本金). Pure.

Money in integer fen, the rate per year as a plain ratio; a month bears a twelfth of it, as loan contracts have it.
Each month's interest is rounded half up to the fen. What rounding leaves is in the last instalment, so that the
principal repaid is the loan exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

Method = Literal["annuity", "linear"]


@dataclass(frozen=True)
class Instalment:
    """One month: what is paid, of which principal and interest, and the principal still owed afterwards."""

    number: int
    principal: int
    interest: int
    left: int

    @property
    def payment(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True)
class Schedule:
    """All instalments of a loan, at least one."""

    method: Method
    instalments: tuple[Instalment, ...]

    @property
    def months(self) -> int:
        return len(self.instalments)

    @property
    def first(self) -> Instalment:
        return self.instalments[0]

    @property
    def last(self) -> Instalment:
        return self.instalments[-1]

    @property
    def interest(self) -> int:
        return sum(each.interest for each in self.instalments)

    @property
    def paid(self) -> int:
        return sum(each.payment for each in self.instalments)

    @property
    def lefts(self) -> tuple[int, ...]:
        """The principal owed: at the beginning, then after each month."""
        return (self.first.principal + self.first.left, *(each.left for each in self.instalments))


def plan(method: Method, principal: int, rate: Decimal, months: int) -> Schedule:
    """The schedule of a loan. Raises ValueError for what is no loan."""
    if principal <= 0 or months <= 0 or rate < 0:
        raise ValueError("a loan needs a principal, a term and a rate that is not negative")
    if method == "annuity":
        payment = equal_payment(principal, rate, months)
        return with_payment(principal, rate, payment, months)
    return _repay(method, principal, rate, _monthly_principal(principal, months), months)


def equal_payment(principal: int, rate: Decimal, months: int) -> int:
    """The equal monthly payment (等额本息) in fen, rounded half up."""
    return _rounded(Decimal(principal) / annuity_factor(rate, months))


def annuity_factor(rate: Decimal, months: int) -> Decimal:
    """How much principal one unit of monthly payment repays."""
    if rate == 0:
        return Decimal(months)
    monthly = rate / 12
    return (1 - (1 + monthly) ** -months) / monthly


def with_payment(principal: int, rate: Decimal, payment: int, most: int) -> Schedule:
    """Equal instalments of `payment` until nothing is owed, after `most` months at the latest."""
    return _repay("annuity", principal, rate, lambda owed, interest: payment - interest, most)


def with_principal(principal: int, rate: Decimal, each: int, most: int) -> Schedule:
    """The principal `each` month until nothing is owed, after `most` months at the latest."""
    return _repay("linear", principal, rate, lambda owed, interest: each, most)


def _monthly_principal(principal: int, months: int) -> Callable[[int, int], int]:
    """Shares that differ by a fen at most, as the whole is seldom a multiple of the months."""
    ends = [(2 * principal * number + months) // (2 * months) for number in range(months + 1)]
    shares = iter([after - before for before, after in pairwise(ends)])
    return lambda owed, interest: next(shares)


def _repay(
    method: Method, principal: int, rate: Decimal, share: Callable[[int, int], int], most: int
) -> Schedule:
    """`share`: from what is owed and the month's interest to the principal that is repaid in the month."""
    monthly = rate / 12
    owed, rows = principal, []
    for number in range(1, most + 1):
        interest = _rounded(owed * monthly)
        part = owed if number == most else min(owed, max(0, share(owed, interest)))
        owed -= part
        rows.append(Instalment(number, part, interest, owed))
        if owed == 0:
            break
    return Schedule(method, tuple(rows))


def _rounded(fen: Decimal) -> int:
    return int(fen.to_integral_value(ROUND_HALF_UP))

"""What a part of a loan repaid early changes: a shorter term, or smaller payments. Pure; money in fen.

The sum is taken as repaid right after this month's instalment. Interest is owed for the time the money was lent
only (民法典第六百七十七条, unless the contract says otherwise), so what is repaid bears none from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from actions.tasks.repayment.schedule import (
    Method,
    Schedule,
    equal_payment,
    plan,
    with_payment,
    with_principal,
)


@dataclass(frozen=True)
class Running:
    """A loan that is being repaid: what is owed, for how many months yet, at which yearly rate (0.026)."""

    method: Method
    left: int
    months: int
    rate: Decimal


@dataclass(frozen=True)
class Comparison:
    """`before`: without repaying early. `shorter`: as much a month, fewer months; `smaller`: as many months.

    Both None: the loan is settled.
    """

    before: Schedule
    shorter: Schedule | None = None
    smaller: Schedule | None = None

    def saved(self, after: Schedule | None) -> int:
        """The interest that need not be paid."""
        return self.before.interest - (after.interest if after else 0)


def compare(loan: Running, early: int) -> Comparison:
    """`early`: the sum, at least a fen. What is not less than the principal owed settles the loan."""
    if early <= 0:
        raise ValueError("the sum repaid early must be positive")
    before = plan(loan.method, loan.left, loan.rate, loan.months)
    rest = loan.left - early
    if rest <= 0:
        return Comparison(before)
    smaller = plan(loan.method, rest, loan.rate, loan.months)
    if loan.method == "annuity":
        payment = equal_payment(loan.left, loan.rate, loan.months)
        shorter = with_payment(rest, loan.rate, payment, loan.months)
    else:
        each = before.first.principal
        shorter = with_principal(rest, loan.rate, each, loan.months)
    return Comparison(before, shorter, smaller)


def running(method: Method, amount: int, rate: Decimal, term: int, paid: int) -> Running:
    """The loan after `paid` of its `term` months, at one rate all the time."""
    if not 0 <= paid < term:
        raise ValueError("more months are paid than the loan has")
    left = plan(method, amount, rate, term).lefts[paid]
    return Running(method, left, term - paid, rate)

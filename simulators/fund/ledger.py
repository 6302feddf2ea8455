"""The lines of a made-up provident fund account: from a plan in months before today to every deposit since."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from simulators.fund.schemas import FundAccount, Record, RecordKind
from simulators.fund.times import month_text, months_before

# Deposits are posted on this day of their month.
POSTING_DAY = 15
# Paid on 30 June; close enough to the real 1.5 % for a stand-in.
INTEREST = Decimal("0.015")
YEARLY_RAISE = Decimal("0.05")


@dataclass(frozen=True)
class Plan:
    """An account's history. All ages are in months before today; amounts in fen.

    `opened`: age of the first deposit; `stopped`: age of the last one, None while somebody pays. `gaps`: months
    nobody paid; `supplemented`: those of them paid for later, all at once, `supplement_age` months ago.
    """

    opened: int
    base: int
    rate: Decimal = Decimal("0.12")
    stopped: int | None = None
    gaps: frozenset[int] = frozenset()
    supplemented: frozenset[int] = frozenset()
    supplement_age: int = 0
    withdrawals: dict[int, int] = field(default_factory=dict)
    repayment: tuple[int, int] | None = None  # since which age, how much a month
    transfer_in: tuple[int, int] | None = None
    closed: bool = False
    status: str | None = None
    employer: str | None = "示例**有限公司"


class Ledger:
    """All lines of one account, oldest first."""

    def __init__(self, plan: Plan, today: date, tail: str) -> None:
        self._plan = plan
        self._today = today
        self._tail = tail
        self._balance = 0
        self.records: list[Record] = []
        # This month's deposit is there from its posting day on.
        self._newest = 0 if today.day >= POSTING_DAY else 1
        for age in range(plan.opened, -1, -1):
            self._month(age)

    def between(self, first: str, last: str) -> list[Record]:
        """The lines of these months, newest first."""
        return [r for r in reversed(self.records) if first <= r.month <= last]

    def account(self) -> FundAccount:
        plan = self._plan
        paid = [r.month for r in self.records if r.kind in ("deposit", "supplement")]
        sealed = "sealed" if plan.stopped else "normal"
        return FundAccount.model_validate(
            {
                "account_masked": f"****{self._tail}",
                "status": plan.status or ("closed" if plan.closed else sealed),
                "balance": self._balance,
                "base": plan.base,
                "employer_rate": str(plan.rate),
                "personal_rate": str(plan.rate),
                "monthly_deposit": 0 if plan.stopped or plan.closed else self._deposit(0),
                "employer_masked": None if plan.stopped or plan.closed else plan.employer,
                "paid_until": max(paid, default=None),
                "opened_on": months_before(self._today, plan.opened).replace(day=5),
            }
        )

    @property
    def _last_age(self) -> int:
        return max(self._plan.stopped or 0, self._newest)

    def _month(self, age: int) -> None:
        plan, month = self._plan, months_before(self._today, age)
        if plan.transfer_in and age == plan.transfer_in[0]:
            self._add(month, 10, "transfer_in", plan.transfer_in[1])
        if age >= self._last_age and age not in plan.gaps:
            self._add(month, POSTING_DAY, "deposit", self._deposit(age))
        if plan.supplemented and age == plan.supplement_age:
            for late in sorted(plan.supplemented, reverse=True):
                owed = months_before(self._today, late)
                self._add(owed, 20, "supplement", self._deposit(late), posted=month)
        if plan.repayment and self._newest <= age <= plan.repayment[0]:
            self._add(month, 20, "repayment", -min(plan.repayment[1], self._balance))
        if age in plan.withdrawals:
            self._add(month, 22, "withdrawal", -min(plan.withdrawals[age], self._balance))
        if plan.closed and age == self._last_age:
            self._add(month, 28, "withdrawal", -self._balance)
        if month.month == 6 and month.replace(day=30) <= self._today:
            self._add(month, 30, "interest", _round(self._balance * INTEREST))

    def _deposit(self, age: int) -> int:
        """Both shares; bases are set anew each July and were lower in earlier years."""
        month = months_before(self._today, age)
        years = _fund_year(self._today) - _fund_year(month)
        base = self._plan.base / (1 + YEARLY_RAISE) ** years
        # The shares are rounded to the yuan each, as funds do.
        return 2 * 100 * _round(base * self._plan.rate / 100)

    def _add(
        self, month: date, day: int, kind: RecordKind, amount: int, posted: date | None = None
    ) -> None:
        in_month = posted or month
        last = calendar.monthrange(in_month.year, in_month.month)[1]
        posted_on = in_month.replace(day=min(day, last))
        if not amount or posted_on > self._today:
            return
        self._balance += amount
        self.records.append(
            Record(
                id=f"R{self._tail}{len(self.records):05d}",
                month=month_text(month),
                posted_on=posted_on,
                kind=kind,
                amount=amount,
                balance=self._balance,
            )
        )


def _fund_year(month: date) -> int:
    return month.year if month.month >= 7 else month.year - 1


def _round(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))

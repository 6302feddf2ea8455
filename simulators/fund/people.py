"""The made-up people of the made-up city: who they are, and what the business system knows about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from simulators.fund.applications import Request, numbered
from simulators.fund.ledger import POSTING_DAY, Ledger, Plan
from simulators.fund.schemas import Application, Insurance, SocialInsurance
from simulators.fund.times import month_text, months_before

# GB/T 2260 gives this code to no place, so that no number here can be anybody's.
REGION = "999999"
# GB 11643-1999, after ISO 7064 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def identity_number(birth: date, order: int) -> str:
    """A number with a right check digit; an odd `order` (1..999) is a man's."""
    digits = f"{REGION}{birth:%Y%m%d}{order:03d}"
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    return digits + _CHECK_CHARACTERS[total % 11]


@dataclass(frozen=True)
class Contributions:
    """Months contributed to each insurance. `stopped`: months since the last one, None while paying."""

    months: Mapping[str, int]
    base: int = 0
    stopped: int | None = None
    pension_balance: int | None = None
    average_index: str | None = None

    def on(self, today: date) -> SocialInsurance:
        newest = 0 if today.day >= POSTING_DAY else 1
        last = month_text(months_before(today, max(self.stopped or 0, newest)))
        insurances = [
            Insurance.model_validate(
                {
                    "kind": kind,
                    "paying": self.stopped is None and months > 0,
                    "months": months,
                    "base": self.base if months else None,
                    "paid_until": last if months else None,
                }
            )
            for kind, months in self.months.items()
        ]
        return SocialInsurance(
            insurances=insurances,
            pension_balance=self.pension_balance,
            average_index=self.average_index,
        )


@dataclass
class Person:
    """`story`: what there is to see, for the page; only those with fixed data have one."""

    name: str
    id_number: str
    phone: str | None
    today: date
    plan: Plan | None = None
    loans: tuple[Request, ...] = ()
    withdrawals: tuple[Request, ...] = ()
    contributions: Contributions | None = None
    story: str = ""
    tail: str = field(init=False)

    def __post_init__(self) -> None:
        # No digits of the identity number: an account's tail may be shown.
        self.tail = f"{int(self.id_number[6:17]) * 7919 % 10000:04d}"

    @cached_property
    def ledger(self) -> Ledger | None:
        return Ledger(self.plan, self.today, self.tail) if self.plan else None

    @cached_property
    def loan_applications(self) -> list[Application]:
        return numbered(self.loans, self.today, self.tail)

    @cached_property
    def withdrawal_applications(self) -> list[Application]:
        made = numbered(self.withdrawals, self.today, self.tail)
        if self.ledger and self.plan and self.plan.closed and made:
            # Closing an account pays out what was in it.
            made[0].amount = -self.ledger.records[-1].amount
        return made

    def social_insurance(self) -> SocialInsurance | None:
        return self.contributions.on(self.today) if self.contributions else None


def mask_name(name: str) -> str:
    return name[0] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"

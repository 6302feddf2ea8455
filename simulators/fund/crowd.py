"""Three hundred more made-up people, the same ones every day: everything follows from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from simulators.fund.applications import LOAN_KINDS, WITHDRAWAL_KINDS, Request
from simulators.fund.famous import ALL, YUAN
from simulators.fund.ledger import Plan
from simulators.fund.people import Contributions, Person, identity_number

CROWD = 300
SURNAMES = "沈韩杨朱秦尤许何吕施孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
# Nobody is called so.
GIVEN_NAMES = ("样例", "示范", "假设", "虚拟", "举例", "练习", "试验", "样板", "预演", "模板")
RATES = ("0.05", "0.06", "0.08", "0.10", "0.12")
FIRST_BIRTH = date(1966, 1, 1)
BIRTH_DAYS = 14_000


def crowd(today: date, seed: int) -> list[Person]:
    """Each person has a random source of their own: adding one changes none of the others."""
    return [_person(index, random.Random(f"{seed}:{index}"), today) for index in range(CROWD)]


def _person(index: int, chance: random.Random, today: date) -> Person:
    name = SURNAMES[index // len(GIVEN_NAMES)] + GIVEN_NAMES[index % len(GIVEN_NAMES)]
    birth = FIRST_BIRTH + timedelta(days=chance.randrange(BIRTH_DAYS))
    base = chance.randrange(30, 300) * 100 * YUAN
    working = (today.year - birth.year - 21) * 12
    opened = chance.randint(3, max(4, min(working, 180)))
    stopped = chance.randint(2, 20) if chance.random() < 0.12 else None
    has_account = chance.random() < 0.94
    return Person(
        name=name,
        id_number=identity_number(birth, 100 + index % 800),
        # A step that shares no factor with 10,000 meets every number once and shows no order.
        phone=f"1990000{(index * 7919 + 4321) % 10_000:04d}" if chance.random() < 0.97 else None,
        today=today,
        plan=_plan(chance, opened, stopped, base) if has_account else None,
        loans=_requests(chance, loan=True) if has_account and chance.random() < 0.2 else (),
        withdrawals=_requests(chance, loan=False) if has_account and chance.random() < 0.3 else (),
        contributions=_contributions(chance, opened, stopped, base),
    )


def _plan(chance: random.Random, opened: int, stopped: int | None, base: int) -> Plan:
    stopped = stopped if stopped is not None and stopped < opened else None
    first_gap = chance.randint(1, 20)
    gaps = frozenset(range(first_gap, first_gap + chance.randint(1, 4)))
    has_gaps = chance.random() < 0.25
    return Plan(
        opened=opened,
        base=base,
        rate=Decimal(chance.choice(RATES)),
        stopped=stopped,
        gaps=gaps if has_gaps else frozenset(),
        supplemented=gaps if has_gaps and chance.random() < 0.5 else frozenset(),
        withdrawals={chance.randint(2, 24): chance.randint(2, 20) * 1000 * YUAN}
        if chance.random() < 0.3
        else {},
    )


def _requests(chance: random.Random, *, loan: bool) -> tuple[Request, ...]:
    kind = chance.choice(LOAN_KINDS if loan else WITHDRAWAL_KINDS)
    last = 5 if loan else 2
    amount = chance.randint(10, 80) * 10_000 * YUAN if loan else chance.randint(2, 60) * 1000 * YUAN
    days_ago = chance.randint(3, 60)
    fate = chance.random()
    if fate < 0.35:
        return (Request(loan, kind, amount, days_ago + 60, last, outcome="paid"),)
    if fate < 0.5:
        return (
            Request(
                loan, kind, amount, days_ago, 1, outcome="rejected",
                reason="提交的材料与登记信息不一致，请核对后重新申请",
            ),
        )  # fmt: skip
    if fate < 0.65:
        return (
            Request(
                loan,
                kind,
                amount,
                days_ago,
                1,
                outcome="needs_documents",
                missing=("身份证复印件",),
            ),
        )
    return (Request(loan, kind, amount, days_ago, chance.randint(0, last)),)


def _contributions(
    chance: random.Random, opened: int, stopped: int | None, base: int
) -> Contributions:
    months = opened + chance.randint(0, 60)
    index = Decimal(base) / Decimal(7000 * YUAN)
    return Contributions(
        months=dict.fromkeys(ALL, months),
        base=base,
        stopped=stopped,
        pension_balance=int(months * base * Decimal("0.08") * Decimal("0.8")),
        average_index=str(min(index, Decimal(3)).quantize(Decimal("0.01"))),
    )

"""The picture of a repayment plan: what is paid each month, and what is still owed, for both methods. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from actions.money import percent, yuan
from actions.pictures.chart import Chart, Panel, Series, draw
from actions.pictures.links import Figures
from actions.spans import span
from actions.tasks.repayment.schedule import Method, Schedule, plan

KIND = "repayment"
NAMES: dict[Method, str] = {"annuity": "等额本息", "linear": "等额本金"}
YEAR = 12
WAN_FEN = 10_000_00


def figures_of(amount: int, months: int, rate: Decimal) -> Figures:
    """What the picture is drawn from."""
    return (amount, months, str(rate))


@lru_cache(maxsize=64)
def paint(figures: Figures) -> bytes:
    """The picture as PNG, from `figures_of`."""
    amount, months, rate = figures
    return draw(plan_chart(int(amount), int(months), Decimal(rate)))


def plan_chart(amount: int, months: int, rate: Decimal) -> Chart:
    plans = [plan(method, amount, rate, months) for method in NAMES]
    unit, per = x_axis(months)
    return Chart(
        title=f"贷款{yuan(amount)}，{span(months)}，年利率{percent(rate)}",
        panels=[
            Panel("每月还款（元）", [payments(NAMES[p.method], p, per) for p in plans]),
            Panel("还没还的本金（万元）", [lefts(NAMES[p.method], p, per) for p in plans]),
        ],
        x_unit=unit,
    )


def x_axis(months: int) -> tuple[str, int]:
    """Years for what is longer than two, else months: the unit, and how many months it has."""
    return ("年", YEAR) if months > 2 * YEAR else ("个月", 1)


def lefts(label: str, schedule: Schedule, per: int) -> Series:
    """The principal owed in 万元, from the beginning to nothing."""
    return Series(label, [(n / per, left / WAN_FEN) for n, left in enumerate(schedule.lefts)])


def payments(label: str, schedule: Schedule, per: int) -> Series:
    """What is paid each month in yuan."""
    rows = schedule.instalments
    # A last instalment that is only the rest would look as if the payments fell.
    shown = rows[:-1] if len(rows) > 1 and rows[-1].payment < rows[-2].payment * 0.9 else rows
    points = [(each.number / per, each.payment / 100) for each in shown]
    return Series(label, [(0.0, points[0][1]), *points])

"""The picture of an early repayment: the loan without it, with a shorter term, with smaller payments. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import cast

from actions.money import percent, yuan
from actions.pictures.chart import Chart, Panel, draw
from actions.pictures.links import Figures
from actions.spans import span
from actions.tasks.prepayment.compare import Running, compare
from actions.tasks.repayment.picture import lefts, payments, x_axis
from actions.tasks.repayment.schedule import Method

KIND = "prepayment"


def figures_of(loan: Running, early: int) -> Figures:
    """What the picture is drawn from."""
    return (loan.method, loan.left, loan.months, str(loan.rate), early)


@lru_cache(maxsize=64)
def paint(figures: Figures) -> bytes:
    """The picture as PNG, from `figures_of`. Raises ValueError when nothing is left to compare."""
    method, left, months, rate, early = figures
    loan = Running(cast(Method, method), int(left), int(months), Decimal(rate))
    return draw(compare_chart(loan, int(early)))


def compare_chart(loan: Running, early: int) -> Chart:
    found = compare(loan, early)
    if found.shorter is None or found.smaller is None:
        raise ValueError("a settled loan has no picture")
    ways = (("不提前还", found.before), ("缩短年限", found.shorter), ("减少月供", found.smaller))
    unit, per = x_axis(loan.months)
    return Chart(
        title=f"还欠{yuan(loan.left)}，{span(loan.months)}，年利率{percent(loan.rate)}，提前还{yuan(early)}",
        panels=[
            Panel("每月还款（元）", [payments(label, way, per) for label, way in ways]),
            Panel("还没还的本金（万元）", [lefts(label, way, per) for label, way in ways]),
        ],
        x_unit=unit,
    )

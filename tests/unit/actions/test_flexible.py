"""What flexible workers pay."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks.flexible.contributions import contributions, pension_base
from actions.tasks.flexible.words import show_flexible
from core.conversation.content import ChoicesContent
from tests.unit.actions.test_pension import EXAMPLE


@pytest.mark.parametrize(
    ("percent", "base"),
    [(60, 4200_00), (100, 7000_00), (300, 21000_00), (400, 21000_00), (1, 4200_00)],
)
def test_the_base_stays_within_the_limits(region: RegionNumbers, percent: int, base: int) -> None:
    assert pension_base(percent, region) == base


def test_pension_is_a_fifth_of_the_base_of_which_eight_percent_are_ones_own(
    region: RegionNumbers,
) -> None:
    result = contributions(
        base=4200_00, medical=True, fund=(5000_00, Decimal("0.1")), region=region
    )
    assert (result.pension, result.personal) == (840_00, 336_00)
    assert (result.medical, result.fund, result.total) == (420_00, 500_00, 1760_00)


@given(st.integers(1, 10**9), st.booleans())
def test_the_parts_add_up_and_nothing_is_paid_for_what_was_not_asked(
    base: int, medical: bool
) -> None:
    result = contributions(base=base, medical=medical, fund=None, region=EXAMPLE)
    assert result.fund is None
    assert (result.medical is None) is not medical
    assert result.total == (result.pension or 0) + (result.medical or 0)


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("both", "医疗保险420元", "公积金5"),
        ("pension", "养老保险840元", "医疗保险"),
        ("medical", "每月大约要缴420元", "养老保险"),
        ("fund", "公积金600元", "养老保险"),
        ("all", "每月大约要缴1,860元", "null"),
    ],
)
def test_only_what_was_asked_for_is_told(
    region: RegionNumbers, kind: str, there: str, absent: str
) -> None:
    answers = {
        "flexible_kind": kind,
        "flexible_percent": "60",
        "flexible_base": 5000_00,
        "flexible_rate": "12",
    }
    [content] = show_flexible(answers, region)
    assert isinstance(content, ChoicesContent)
    assert there in content.text
    assert absent not in content.text

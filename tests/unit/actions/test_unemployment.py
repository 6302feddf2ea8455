"""Who may draw the unemployment benefit, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks.unemployment.form import UNEMPLOYMENT_FORM
from actions.tasks.unemployment.judge import INVOLUNTARY, judge_benefit, most_months
from actions.tasks.unemployment.words import show_unemployment
from core.conversation.content import ChoicesContent
from tests.unit.actions.numbers import NUMBERS

GOOD = {
    "unemployment_reason": "dismissed",
    "unemployment_months": 60,
    "unemployment_registered": "yes",
}


@pytest.mark.parametrize(
    ("months", "most"),
    [(0, 0), (11, 0), (12, 12), (59, 12), (60, 18), (119, 18), (120, 24), (400, 24)],
)
def test_the_law_sets_the_longest_time(region: RegionNumbers, months: int, most: int) -> None:
    assert most_months(months, region) == most


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"unemployment_months": 11}, "缴满12个月"),
        ({"unemployment_reason": "resigned"}, "主动辞职"),
        ({"unemployment_registered": "no"}, "失业登记"),
    ],
)
def test_each_condition_is_needed(
    region: RegionNumbers, change: dict[str, object], obstacle: str
) -> None:
    result = judge_benefit(GOOD | change, region)
    assert result.most == 0
    assert obstacle in "".join(result.obstacles)


def test_every_reason_of_the_form_is_either_voluntary_or_not() -> None:
    reasons = {option.value for option in UNEMPLOYMENT_FORM.field("unemployment_reason").options}
    assert reasons - {"resigned"} == set(INVOLUNTARY)


def test_the_answer_names_the_local_amount_and_the_law(region: RegionNumbers) -> None:
    [content] = show_unemployment(GOOD, region)
    assert isinstance(content, ChoicesContent)
    for words in ("最长可以领18个月", "每月1800元", "社会保险法", "示例"):
        assert words in content.text


@given(st.integers(0, 600), st.integers(0, 600))
def test_more_contributions_never_shorten_the_benefit(one: int, other: int) -> None:
    assert (most_months(one, NUMBERS) <= most_months(other, NUMBERS)) or one > other

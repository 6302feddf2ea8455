"""The outcome of a task in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.region import RegionNumbers
from actions.tasks.loan.words import show_loan
from actions.tasks.retirement.calendar import Month
from core.conversation.content import ChoicesContent
from knowledge.articles.regions import RegionValue

ANSWERS = {
    "loan_household": "family",
    "loan_house": "first",
    "loan_balance": 80_000_00,
    "loan_income": 12_000_00,
    "loan_months": 36,
    "loan_age": 35,
    "loan_sex": "male",
    "loan_before": "none",
    "loan_children": "no",
    "loan_years": 25,
    "loan_price": "skip",
}


def told(answers: dict[str, object], region: RegionNumbers) -> str:
    [content] = show_loan(answers, region, Month(2026, 11))
    assert isinstance(content, ChoicesContent)
    return content.text


@pytest.mark.parametrize(
    ("longest", "age", "reason"),
    [(20, 35, "当地贷款最长20年"), (30, 50, "受年龄限制最多只能贷18年")],
)
def test_a_term_that_was_cut_names_the_limit_that_cut_it(
    region: RegionNumbers, longest: int, age: int, reason: str
) -> None:
    years = RegionValue(value=longest, unit="years", display=f"{longest}年", source="示例")
    values = {**region.values, "fund.loan_max_years": years}
    text = told(ANSWERS | {"loan_age": age}, replace(region, values=values))
    assert reason in text


def test_a_term_within_the_limits_is_not_talked_about(region: RegionNumbers) -> None:
    assert "您想贷" not in told(ANSWERS, region)

"""The retirement date against the published tables, and what must hold for every birthday."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks.retirement.calendar import (
    Group,
    Month,
    Retirement,
    contribution_months,
    retirement_of,
)
from actions.tasks.retirement.words import show_retirement
from core.conversation.content import ChoicesContent
from tests.unit.actions.numbers import NUMBERS

GROUPS: tuple[Group, ...] = ("male", "female_55", "female_50")

births = st.builds(Month, st.integers(1935, 2010), st.integers(1, 12))
groups = st.sampled_from(GROUPS)


def dates(birth: Month, group: Group) -> Retirement:
    return retirement_of(birth, group, NUMBERS)


@pytest.mark.parametrize(
    ("group", "birth", "delay", "legal"),
    [
        # 附件1
        ("male", (1964, 12), 0, (2024, 12)),
        ("male", (1965, 1), 1, (2025, 2)),
        ("male", (1965, 4), 1, (2025, 5)),
        ("male", (1965, 5), 2, (2025, 7)),
        ("male", (1968, 9), 12, (2029, 9)),
        ("male", (1968, 12), 12, (2029, 12)),
        ("male", (1972, 9), 24, (2034, 9)),
        ("male", (1976, 8), 35, (2039, 7)),
        ("male", (1976, 9), 36, (2039, 9)),
        ("male", (1990, 3), 36, (2053, 3)),
        # 附件2
        ("female_55", (1969, 12), 0, (2024, 12)),
        ("female_55", (1970, 1), 1, (2025, 2)),
        ("female_55", (1973, 9), 12, (2029, 9)),
        ("female_55", (1977, 12), 24, (2034, 12)),
        ("female_55", (1981, 8), 35, (2039, 7)),
        ("female_55", (1981, 9), 36, (2039, 9)),
        # 附件3
        ("female_50", (1974, 12), 0, (2024, 12)),
        ("female_50", (1975, 1), 1, (2025, 2)),
        ("female_50", (1975, 2), 1, (2025, 3)),
        ("female_50", (1975, 3), 2, (2025, 5)),
        ("female_50", (1976, 11), 12, (2027, 11)),
        ("female_50", (1984, 10), 59, (2039, 9)),
        ("female_50", (1984, 11), 60, (2039, 11)),
    ],
)
def test_the_published_tables_are_met_to_the_month(
    group: Group, birth: tuple[int, int], delay: int, legal: tuple[int, int]
) -> None:
    result = dates(Month(*birth), group)
    assert (result.delay, result.legal) == (delay, Month(*legal))


@pytest.mark.parametrize(
    ("year", "months"),
    [(2025, 180), (2029, 180), (2030, 186), (2031, 192), (2035, 216), (2038, 234), (2039, 240), (2060, 240)],
)  # fmt: skip
def test_the_contributions_needed_follow_annex_4(year: int, months: int) -> None:
    assert contribution_months(year, NUMBERS) == months


@given(births, groups)
def test_nobody_retires_before_the_old_age_nor_later_than_the_new_one(
    birth: Month, group: Group
) -> None:
    rule = NUMBERS.table(f"si.retirement_{group}")
    result = dates(birth, group)
    assert int(rule["age"]) * 12 <= result.age <= int(rule["age"]) * 12 + int(rule["most"])
    assert result.original <= result.earliest <= result.legal <= result.latest
    assert result.legal.since(result.earliest) <= 36
    assert result.latest.since(result.legal) == 36


@given(births, groups)
def test_who_is_born_later_never_retires_earlier(birth: Month, group: Group) -> None:
    one, next_one = dates(birth, group), dates(birth.plus(1), group)
    assert one.legal < next_one.legal
    assert next_one.delay - one.delay in (0, 1)


@given(births, st.integers(-600, 600))
def test_months_add_up(month: Month, count: int) -> None:
    assert month.plus(count).since(month) == count
    assert 1 <= month.plus(count).month <= 12


def told(region: RegionNumbers, **answers: object) -> str:
    given_answers = {"retirement_post": None, "retirement_paid": "skip"} | answers
    [content] = show_retirement(given_answers, region, Month(2026, 11))
    assert isinstance(content, ChoicesContent)
    return content.text


def test_a_woman_who_does_not_know_is_told_both_dates(region: RegionNumbers) -> None:
    text = told(
        region, retirement_sex="female", retirement_post="unsure", retirement_birth="1978-06"
    )
    for words in ("50周岁的女职工", "2030年3月", "55周岁的女职工", "2035年8月"):
        assert words in text


@pytest.mark.parametrize(
    ("paid", "says"),
    [(240, "年限够了"), (216, "一直缴到退休，年限是够的"), (12, "还差")],
)
def test_whether_the_contributions_will_do_is_said(
    region: RegionNumbers, paid: int, says: str
) -> None:
    text = told(region, retirement_sex="male", retirement_birth="1975-08", retirement_paid=paid)
    assert says in text


def test_somebody_who_is_old_enough_is_told_that_the_date_has_passed(
    region: RegionNumbers,
) -> None:
    text = told(region, retirement_sex="male", retirement_birth="1964-05")
    assert "已经在2024年5月" in text
    assert "不延迟" in text
    # Flexible retirement came with the reform, after that date.
    assert "弹性" not in text


def test_flexible_retirement_is_told_with_its_conditions(region: RegionNumbers) -> None:
    text = told(region, retirement_sex="male", retirement_birth="1975-08")
    assert "缴费年限够的，最早" in text
    assert "和单位商量好，最晚" in text

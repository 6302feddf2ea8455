"""The pension estimate: the published table, a worked example, and what must hold for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks.pension.estimate import PensionQuestion, divisor_of, estimate_pension
from actions.tasks.pension.form import PENSION_FORM
from actions.tasks.pension.words import show_pension
from core.conversation.content import ChoicesContent
from knowledge.articles.regions import SHIPPED_REGIONS, Regions
from tests.unit.actions.numbers import NUMBERS
from tests.unit.actions.saying import said

_EXAMPLE = Regions.load(SHIPPED_REGIONS).get("example")
EXAMPLE = RegionNumbers(_EXAMPLE.name, _EXAMPLE.example, _EXAMPLE.values)

questions = st.builds(
    PensionQuestion,
    age=st.integers(40, 70),
    months=st.integers(180, 600),
    index=st.sampled_from([Decimal("0.6"), Decimal(1), Decimal(3)]),
    account=st.none() | st.integers(0, 10**9),
)


@pytest.mark.parametrize(
    ("age", "months"), [(40, 233), (50, 195), (55, 170), (60, 139), (63, 117), (65, 101), (70, 56)]
)
def test_the_months_are_those_of_the_annex(age: int, months: int) -> None:
    assert divisor_of(age, NUMBERS) == months


def test_the_table_falls_with_every_year_of_age() -> None:
    months = [divisor_of(age, NUMBERS) for age in range(40, 71)]
    assert months == sorted(set(months), reverse=True)


def test_a_worked_example(region: RegionNumbers) -> None:
    """(7000 + 7000 x 1) / 2 x 30 x 1 % = 2100 yuan; 139,000 yuan / 139 = 1000 yuan."""
    question = PensionQuestion(age=60, months=360, index=Decimal(1), account=139_000_00)
    pension = estimate_pension(question, region)
    assert (pension.basic, pension.personal, pension.total) == (2100_00, 1000_00, 3100_00)


def test_an_unknown_account_is_what_was_paid_into_it(region: RegionNumbers) -> None:
    question = PensionQuestion(age=60, months=240, index=Decimal("0.6"), account=None)
    assert estimate_pension(question, region).account == 240 * 336_00


@given(questions)
def test_longer_higher_later_is_never_less(question: PensionQuestion) -> None:
    now = estimate_pension(question, EXAMPLE).total

    def total(age: int = 0, months: int = 0, index: Decimal = Decimal(0)) -> int:
        more = PensionQuestion(
            question.age + age, question.months + months, question.index + index, question.account
        )
        return estimate_pension(more, EXAMPLE).total

    assert min(total(months=1), total(index=Decimal("0.1")), total(age=1)) >= now


def told(region: RegionNumbers, **answers: object) -> str:
    given_answers = {"pension_index": "100", "pension_account": "skip"} | answers
    [content] = show_pension(given_answers, region)
    assert isinstance(content, ChoicesContent)
    return content.text


def test_the_estimate_says_how_it_was_made(region: RegionNumbers) -> None:
    text = told(region, pension_age=60, pension_months=360)
    for words in ("基础养老金约2,100元", "139个月", "没有算利息", "国发〔2005〕38号", "示例"):
        assert words in text


def test_less_than_fifteen_years_bring_no_monthly_pension(region: RegionNumbers) -> None:
    text = told(region, pension_age=60, pension_months=179)
    assert "还不够" in text
    assert "每月大约" not in text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("不知道", "skip"), ("跳过", "skip"), ("不清楚", "inform"), ("我也不知道啊", "nlu_fallback"),
        ("这个不太清楚", "deny"), ("先跳过吧", "skip"),
    ],
)  # fmt: skip
def test_who_does_not_know_the_level_need_not_say_it(text: str, intent: str) -> None:
    step = said("pension_index", text, intent, form=PENSION_FORM)
    assert step.updates == {"pension_index": "unsure"}


def test_not_knowing_another_answer_says_nothing_about_the_level() -> None:
    assert not said("pension_months", "不知道", "skip", form=PENSION_FORM).updates


def test_an_unknown_level_is_reckoned_as_the_lowest_and_said_so(region: RegionNumbers) -> None:
    unsure = told(region, pension_age=60, pension_months=360, pension_index="unsure")
    lowest = told(region, pension_age=60, pension_months=360, pension_index="60")
    assert "按最低的60%算" in unsure
    assert "您不清楚" not in lowest
    assert unsure.splitlines()[0] == lowest.splitlines()[0]

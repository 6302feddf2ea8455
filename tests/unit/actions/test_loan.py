"""The loan estimate, against numbers worked out by hand for a small made-up region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.money import percent, yuan
from actions.region import RegionNumbers, RegionValueMissing
from actions.tasks.loan.estimate import GRANULE, LoanQuestion, age_limit, estimate_loan, terms_of
from actions.tasks.loan.words import show_loan
from actions.tasks.retirement.calendar import Month
from core.conversation.content import ChoicesContent
from tests.fund import FundStand
from tests.unit.actions.numbers import NUMBERS
from tests.unit.actions.task_talk import TaskTalk

WAN = 10_000_00
NOW = Month(2026, 11)


@dataclass(frozen=True)
class Value:
    value: int | str
    display: str = ""


REGION = RegionNumbers(
    "某市",
    True,
    {
        "fund.loan_max_single": Value(60 * WAN, "60万元"),
        "fund.loan_max_family": Value(100 * WAN, "100万元"),
        "fund.loan_balance_multiple": Value("15", "15倍"),
        "fund.loan_min_months": Value(6, "6个月"),
        "fund.loan_max_years": Value(30, "30年"),
        "fund.loan_age_limit_male": Value(68, "68周岁"),
        "fund.loan_age_limit_female": Value(63, "63周岁"),
        "fund.loan_payment_income_ratio": Value("0.50", "50%"),
        "fund.loan_rate_first_5": Value(210),
        "fund.loan_rate_first_over5": Value(260),
        "fund.loan_rate_second_5": Value("252.5"),
        "fund.loan_rate_second_over5": Value("307.5"),
        "fund.down_payment_first": Value("0.20"),
        "fund.down_payment_second": Value("0.25"),
    },
)

ASKED = LoanQuestion(
    household="single",
    house="first",
    balance=10 * WAN,
    income=30_000_00,
    months=24,
    age=30,
    sex="male",
)


def test_the_cap_of_the_household_decides() -> None:
    estimate = estimate_loan(ASKED, REGION)
    assert estimate.amount == 60 * WAN
    assert estimate.deciding.name == "当地最高额"
    assert estimate_loan(replace(ASKED, household="family"), REGION).amount == 100 * WAN


def test_the_balance_decides_when_it_is_small() -> None:
    estimate = estimate_loan(replace(ASKED, balance=2_0100_00), REGION)
    # 20,100 yuan x 15 = 301,500 yuan, granted in whole thousands.
    assert estimate.amount == 30_1000_00
    assert estimate.deciding.name == "账户余额"


def test_the_income_decides_when_it_is_small() -> None:
    estimate = estimate_loan(replace(ASKED, income=3_000_00, years=30), REGION)
    # 1,500 yuan a month over 360 months at 2.6 % repay 374,681 yuan.
    assert estimate.amount == 37_4000_00
    assert estimate.deciding.name == "还款能力"
    assert estimate.monthly_payment <= 1_500_00


def test_the_price_decides_when_the_home_is_cheap() -> None:
    estimate = estimate_loan(replace(ASKED, price=50 * WAN, house="second"), REGION)
    assert estimate.amount == 37_5000_00
    assert estimate.deciding.name == "首付要求"


@pytest.mark.parametrize(
    ("house", "years", "rate"),
    [
        ("first", 5, "0.021"),
        ("first", 6, "0.026"),
        ("second", 5, "0.02525"),
        ("second", 6, "0.03075"),
    ],
)
def test_the_rate_depends_on_home_and_term(house: str, years: int, rate: str) -> None:
    asked = replace(ASKED, house=house, years=years)  # type: ignore[arg-type]
    assert estimate_loan(asked, REGION).rate == Decimal(rate)


def test_the_term_ends_at_the_age_limit() -> None:
    assert estimate_loan(replace(ASKED, age=50), REGION).years == 18
    assert estimate_loan(replace(ASKED, age=50, sex="female"), REGION).years == 13
    assert estimate_loan(replace(ASKED, age=50, years=10), REGION).years == 10


def test_too_few_months_and_too_high_an_age_are_obstacles() -> None:
    estimate = estimate_loan(replace(ASKED, months=5, age=68), REGION)
    assert estimate.amount == 0
    assert len(estimate.obstacles) == 2
    assert estimate_loan(replace(ASKED, months=6, age=67), REGION).obstacles == ()


def test_a_region_without_a_needed_number_is_a_named_error() -> None:
    with pytest.raises(RegionValueMissing) as missing:
        estimate_loan(ASKED, RegionNumbers("空市", False, {}))
    assert missing.value.details["key"] == "fund.loan_age_limit_male"


def test_the_example_region_has_every_number(region: RegionNumbers) -> None:
    assert estimate_loan(ASKED, region).amount > 0


def test_money_and_shares_in_words() -> None:
    assert yuan(60 * WAN) == "60万元"
    assert yuan(1_8000_00) == "1.8万元"
    assert yuan(3_500_00) == "3,500元"
    assert yuan(12_50) == "12.50元"
    assert percent(Decimal("0.02525")) == "2.525%"


# The bounds are those of the made-up region above; multiple of the balance and what the income repays are the two
# formulas cities publish (余额倍数, 还款能力), the third is the price without the down payment.
QUESTIONS = st.builds(
    LoanQuestion,
    household=st.sampled_from(["single", "family"]),
    house=st.sampled_from(["first", "second"]),
    balance=st.integers(0, 500 * WAN),
    income=st.integers(500_00, 200 * WAN),
    months=st.integers(6, 600),
    age=st.integers(18, 60),
    sex=st.sampled_from(["male", "female"]),
    years=st.none() | st.integers(1, 30),
    price=st.none() | st.integers(10 * WAN, 1000 * WAN),
)


@given(QUESTIONS)
def test_the_amount_is_never_above_any_bound(question: LoanQuestion) -> None:
    estimate = estimate_loan(question, REGION)
    assert all(estimate.amount <= bound.amount for bound in estimate.bounds)
    assert estimate.amount % GRANULE == 0
    assert (estimate.amount == 0) == bool(estimate.obstacles)
    assert estimate.monthly_payment <= question.income / 2 + 1
    assert estimate.years <= 30
    assert question.age + estimate.years <= age_limit(question, REGION)


@given(QUESTIONS, st.integers(0, 50 * WAN))
def test_more_balance_or_income_never_means_less(question: LoanQuestion, more: int) -> None:
    amount = estimate_loan(question, REGION).amount
    richer = replace(question, balance=question.balance + more)
    assert estimate_loan(richer, REGION).amount >= amount
    assert estimate_loan(replace(question, income=question.income + more), REGION).amount >= amount


@given(QUESTIONS, st.sampled_from([{"before": "unpaid"}, {"house": "third"}, {"months": 5}]))
def test_an_obstacle_means_no_loan(question: LoanQuestion, obstacle: dict[str, Any]) -> None:
    estimate = estimate_loan(replace(question, **obstacle), REGION)
    assert estimate.amount == estimate.monthly_payment == estimate.total_interest == 0
    assert estimate.obstacles


def test_several_children_raise_the_cap_where_the_region_says_so() -> None:
    bonus = {**REGION.values, "fund.loan_max_children_bonus": Value(2000, "上浮20%")}
    region = RegionNumbers("某市", True, bonus)
    many = replace(ASKED, balance=20 * WAN, many_children=True)
    assert estimate_loan(many, region).amount == 72 * WAN
    assert estimate_loan(many, REGION).amount == 60 * WAN


def test_an_earlier_loan_counts_as_the_region_says() -> None:
    again = RegionNumbers(
        "某市", True, {**REGION.values, "fund.loan_again_as_second": Value("yes")}
    )
    used = replace(ASKED, before="one")
    assert terms_of(used, REGION) == "first"
    assert terms_of(used, again) == "second"
    assert estimate_loan(used, again).rate == Decimal("0.03075")
    twice = RegionNumbers(
        "某市", True, {**REGION.values, "fund.loan_max_times": Value("2", "两次")}
    )
    assert "两次" in estimate_loan(replace(ASKED, before="more"), twice).obstacles[0]
    assert not estimate_loan(replace(ASKED, before="more"), REGION).obstacles


@pytest.mark.parametrize(
    ("sex", "group", "age", "limit"),
    [
        # Born in November 2001: retires at 63, at 58 or at 55; five years later the loan must be repaid.
        ("male", None, 25, 68), ("female", "female_55", 25, 63), ("female", "female_50", 25, 60),
        ("female", None, 25, 60),
        # Born in November 1981: by annex 3 at 53 years and 6 months.
        ("female", "female_50", 45, 58),
        # Born in November 1967: by annex 1 at 60 years and 9 months.
        ("male", None, 59, 65),
    ],
)  # fmt: skip
def test_the_age_limit_counts_from_the_own_legal_retirement(
    sex: str, group: str | None, age: int, limit: int
) -> None:
    values = {**REGION.values, **NUMBERS.values, "fund.loan_years_after_retirement": Value(5)}
    asked = replace(ASKED, sex=sex, group=group, age=age, now=NOW)  # type: ignore[arg-type]
    assert age_limit(asked, RegionNumbers("某市", True, values)) == limit
    assert age_limit(asked, REGION) == (68 if sex == "male" else 63)


def test_the_result_says_what_would_change_it(region: RegionNumbers) -> None:
    answers = {
        "loan_household": "family", "loan_house": "first", "loan_before": "one", "loan_balance": 8 * WAN,
        "loan_months": 36, "loan_income": 2 * WAN, "loan_sex": "female", "loan_age": 45, "loan_post": "unsure",
        "loan_years": "skip", "loan_price": "skip", "loan_children": "no",
    }  # fmt: skip
    (content,) = show_loan(answers, region, NOW)
    assert isinstance(content, ChoicesContent)
    for words in (
        "大约可以贷100万元，贷13年",
        "按第二套",
        "120万元",
        "55岁岗位",
        "没有填房价",
        "示例",
    ):
        assert words in content.text


@pytest.mark.parametrize(
    ("says", "heard"),
    [
        (["夫妻双方", "第二套", "还有一笔没还清"], "建金管〔2005〕5号"),
        (["我一人缴存", "第三套"], "建金〔2014〕148号"),
    ],
)
async def test_a_sure_obstacle_ends_the_questions(
    fund: FundStand, region: RegionNumbers, says: list[str], heard: str
) -> None:
    talk = TaskTalk(fund, region)
    await talk.open("loan", "帮我算算能贷多少", "calculate_loan")
    said = [await talk.say(text) for text in says]
    assert heard in said[-1]
    assert "[重新测算贷款额度]" in said[-1]
    assert talk.loop is None


async def test_young_women_are_not_asked_when_they_retire(
    fund: FundStand, region: RegionNumbers
) -> None:
    opening = "我一个人缴存，首套，没用过，余额5万，缴存2年，月收入1万，女"
    talk = TaskTalk(fund, region)
    assert "周岁" in await talk.open("loan", opening, "calculate_loan")
    assert "贷多少年" in await talk.say("25岁")
    assert "50岁还是55岁" in await talk.say("不对，我45岁")


@pytest.mark.parametrize("age", range(18, 31))
def test_retirement_never_shortens_the_loans_of_those_who_are_not_asked(
    age: int, region: RegionNumbers
) -> None:
    asked = replace(ASKED, sex="female", group="female_50", age=age, now=NOW)
    assert age_limit(asked, region) - age >= region.whole("fund.loan_max_years")

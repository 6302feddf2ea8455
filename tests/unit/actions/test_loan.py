"""The loan estimate, against numbers worked out by hand for a small made-up region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from actions.money import percent, yuan
from actions.region import RegionNumbers, RegionValueMissing
from actions.tasks.loan.estimate import LoanQuestion, age_limit, estimate_loan

WAN = 10_000_00


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

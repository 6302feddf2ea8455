"""Repayment schedules against published figures and by their properties, and what the form makes of words."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actions.forms.dialogue import open_form
from actions.forms.fields import Problem, Read
from actions.region import RegionNumbers
from actions.tasks.repayment.form import REPAYMENT_FORM
from actions.tasks.repayment.questions import RateField, TermField, rate_of, rate_words
from actions.tasks.repayment.schedule import Method, plan, with_payment
from actions.tasks.repayment.words import months_shown, plan_by_month, plan_summary
from core.conversation.content import ChoicesContent, TextContent, plain_text
from tests.unit.actions.numbers import NUMBERS
from tests.unit.actions.saying import turn

MILLION = 1_000_000_00

METHODS = st.sampled_from(["annuity", "linear"])
LOANS = st.tuples(
    st.integers(1_000_00, 10_000_0000_00),
    st.integers(0, 2400).map(lambda points: Decimal(points) / 10_000),
    st.integers(1, 360),
)


# One million yuan over 30 years, as banks and the press printed it when the fund's rates were lowered:
# from 3.1 % (4,270.16 a month; by equal principal 5,361.11 first), on 2025-05-08 from 2.85 % to 2.6 % (4,135.57 ->
# 4,003.40 a month, about 47,600 yuan of interest less).
@pytest.mark.parametrize(
    ("rate", "payment", "first"),
    [
        ("0.031", 4270_16, 5361_11),
        ("0.0285", 4135_57, 5152_78),
        ("0.026", 4003_40, 4944_45),
    ],
)
def test_the_published_payments_of_a_million_over_thirty_years(
    rate: str, payment: int, first: int
) -> None:
    assert plan("annuity", MILLION, Decimal(rate), 360).first.payment == payment
    assert plan("linear", MILLION, Decimal(rate), 360).first.payment == first


def test_the_published_interest_saved_by_the_lower_rate() -> None:
    before = plan("annuity", MILLION, Decimal("0.0285"), 360).interest
    after = plan("annuity", MILLION, Decimal("0.026"), 360).interest
    assert round((before - after) / 10_000_00, 2) == 4.76


def test_the_example_of_the_article_about_methods() -> None:
    """600,000 yuan, 30 years, 2.6 %: about 2,402 a month; first 2,967, then about 3.6 less each month."""
    assert plan("annuity", 600_000_00, Decimal("0.026"), 360).first.payment == 2402_04
    linear = plan("linear", 600_000_00, Decimal("0.026"), 360).instalments
    assert linear[0].payment == 2966_67
    assert 3_60 <= linear[0].payment - linear[1].payment <= 3_62


@given(METHODS, LOANS)
def test_the_principal_repaid_is_the_loan_to_the_fen(
    method: Method, loan: tuple[int, Decimal, int]
) -> None:
    amount, rate, months = loan
    schedule = plan(method, amount, rate, months)
    assert sum(each.principal for each in schedule.instalments) == amount
    assert schedule.last.left == 0
    assert schedule.paid == amount + schedule.interest
    assert all(each.principal >= 0 and each.interest >= 0 for each in schedule.instalments)
    assert list(schedule.lefts) == sorted(schedule.lefts, reverse=True)


@example((1_000_00, Decimal("0.2035"), 279))
@given(LOANS)
def test_equal_instalments_are_equal_but_for_the_last(loan: tuple[int, Decimal, int]) -> None:
    amount, rate, months = loan
    schedule = plan("annuity", amount, rate, months)
    # Half a fen a month, with its interest, is all that rounding can add up to; of a few yuan it may be a month.
    grown = sum((1 + rate / 12) ** n for n in range(months))
    assert schedule.months == months or schedule.first.payment < grown
    payments = {each.payment for each in schedule.instalments[:-1]}
    assert len(payments) <= 1
    assert abs(schedule.last.payment - schedule.first.payment) <= months + grown


@given(LOANS)
def test_equal_principal_falls_each_month_and_costs_less_interest(
    loan: tuple[int, Decimal, int],
) -> None:
    amount, rate, months = loan
    linear = plan("linear", amount, rate, months)
    shares = {each.principal for each in linear.instalments}
    assert max(shares) - min(shares) <= 1
    payments = [each.payment for each in linear.instalments]
    assert all(later <= earlier + 1 for earlier, later in pairwise(payments))
    assert linear.interest <= plan("annuity", amount, rate, months).interest + months


@given(st.integers(1_000_00, MILLION), st.integers(1, 360))
def test_without_interest_only_the_loan_is_paid(amount: int, months: int) -> None:
    for method in ("annuity", "linear"):
        assert plan(method, amount, Decimal(0), months).paid == amount


def test_what_is_no_loan_is_refused() -> None:
    for amount, rate, months in ((0, "0.02", 12), (100, "0.02", 0), (100, "-0.01", 12)):
        with pytest.raises(ValueError, match="a loan needs"):
            plan("annuity", amount, Decimal(rate), months)


def test_a_payment_below_the_interest_still_ends_at_the_last_month() -> None:
    schedule = with_payment(MILLION, Decimal("0.026"), 100, 24)
    assert schedule.months == 24
    assert schedule.last.principal == MILLION


def test_the_table_shows_the_first_months_each_years_end_and_the_last() -> None:
    assert months_shown(360)[:5] == [1, 2, 3, 12, 24]
    assert months_shown(360)[-1] == 360
    assert months_shown(30) == [1, 2, 3, 12, 24, 30]
    assert months_shown(5) == [1, 2, 3, 4, 5]


def test_the_contents_hold_the_figures_of_both_methods(region: RegionNumbers) -> None:
    plans = [plan(m, MILLION, Decimal("0.026"), 360) for m in ("annuity", "linear")]
    summary = plan_summary(MILLION, 360, "first", plans, region)
    assert isinstance(summary, TextContent)
    assert summary.table is not None
    assert "4,003.40元" in summary.text
    assert "2025年5月7日" in summary.text
    assert summary.table.rows[0] == ["第一个月", "4,003.40", "4,944.45"]
    months = plan_by_month(plans)
    assert isinstance(months, ChoicesContent)
    assert months.table is not None
    assert len(months.table.rows) == 33
    assert months.table.rows[-1][2] == "0"
    assert "240｜" in plain_text(months)


@pytest.mark.parametrize(
    ("text", "months"),
    [("20年", 240), ("二十年", 240), ("240个月", 240), ("20", 240), ("240", 240), ("三年半", 42)],
)
def test_terms_are_read_in_years_and_months(text: str, months: int) -> None:
    read = TermField(slot="s", topic="期限", question="?").read(text, turn(text).entities)
    assert isinstance(read, Read)
    assert read.value == months


@pytest.mark.parametrize("text", ["50年", "0", "-5年", "500个月", "2.05"])
def test_terms_that_no_loan_has_are_a_problem(text: str) -> None:
    read = TermField(slot="s", topic="期限", question="?").read(text, turn(text).entities)
    assert isinstance(read, Problem)


RATE = RateField(slot="s", topic="利率", question="?")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.6%", "0.026"), ("百分之三点一", "0.031"), ("3.1", "0.031"), ("3", "0.03"), ("0.026", "0.026"),
        ("首套", "first"), ("第二套", "second"), ("第二个", "second"), ("1", "first"),
    ],
)  # fmt: skip
def test_rates_are_told_or_chosen(text: str, value: str) -> None:
    read = RATE.read(text, turn(text).entities)
    assert isinstance(read, Read)
    assert read.value in (value, str(Decimal(value).normalize() if value[0] == "0" else value))


@pytest.mark.parametrize("text", ["30%", "-3%", "99"])
def test_rates_no_bank_takes_are_a_problem(text: str) -> None:
    assert isinstance(RATE.read(text, turn(text).entities), Problem)


@pytest.mark.parametrize(
    ("answer", "months", "rate"),
    [
        ("first", 60, "0.021"), ("first", 61, "0.026"), ("second", 60, "0.02525"),
        ("second", 61, "0.03075"), ("0.031", 60, "0.031"),
    ],
)  # fmt: skip
def test_the_regions_rate_goes_by_home_and_term(answer: str, months: int, rate: str) -> None:
    assert rate_of(answer, months, NUMBERS) == Decimal(rate)
    assert ("公积金贷款" in rate_words(answer, months, NUMBERS)) == (answer != "0.031")


@pytest.mark.parametrize(
    ("text", "amount", "months", "rate"),
    [
        ("贷款60万30年首套每月还多少", 60, 360, "first"),
        ("贷100万，分20年还，利率3.1%，月供多少", 100, 240, "0.031"),
        ("按2.6%算，贷五十万二十年", 50, 240, "0.026"),
        ("公积金贷八十万十五年，第二套", 80, 180, "second"),
    ],
)
def test_everything_may_stand_in_the_opening_sentence(
    text: str, amount: int, months: int, rate: str
) -> None:
    values = open_form(REPAYMENT_FORM, turn(text, "plan_repayment"), {}).updates
    assert values == {
        "repayment_amount": amount * 10_000_00,
        "repayment_months": months,
        "repayment_rate": rate,
    }

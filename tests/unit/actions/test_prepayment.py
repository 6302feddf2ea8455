"""Repaying early: against the worked example of the knowledge base, by its properties, and in conversation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks.prepayment.compare import Running, compare, running
from actions.tasks.repayment.schedule import Method, equal_payment
from tests.fund import FundStand
from tests.unit.actions.task_talk import TaskTalk

WAN = 10_000_00
LOANS = st.builds(
    Running,
    method=st.sampled_from(["annuity", "linear"]),
    left=st.integers(1_000_00, 1000 * WAN),
    months=st.integers(1, 360),
    rate=st.integers(0, 1200).map(lambda points: Decimal(points) / 10_000),
)


def test_the_example_of_the_article() -> None:
    """600,000 yuan, 30 years, 2.6 %, after 5 years 100,000 repaid (articles, fund-prepay-choose).

    Shorter: 227 months, about 114,000 of interest; smaller: about 1,948 a month, 300 months, about 155,000.
    """
    loan = running("annuity", 60 * WAN, Decimal("0.026"), 360, 60)
    found = compare(loan, 10 * WAN)
    assert found.shorter is not None
    assert found.smaller is not None
    assert (found.shorter.months, round(found.shorter.interest / WAN, 1)) == (227, 11.4)
    assert (found.smaller.months, round(found.smaller.interest / WAN, 1)) == (300, 15.5)
    assert found.smaller.first.payment // 100 == 1948


@given(LOANS, st.floats(0.001, 0.999))
def test_shorter_saves_most_and_both_repay_the_rest_exactly(loan: Running, share: float) -> None:
    early = max(1, int(loan.left * share))
    found = compare(loan, early)
    if found.shorter is None or found.smaller is None:
        assert early >= loan.left
        return
    for schedule in (found.shorter, found.smaller):
        assert sum(each.principal for each in schedule.instalments) == loan.left - early
        assert schedule.months <= loan.months
    # Of a few yuan rounding may leave nothing for the last month.
    assert found.smaller.months == loan.months or loan.left - early < 1_000_00
    # A fen a month is what rounding may do.
    assert found.shorter.interest <= found.smaller.interest + loan.months
    assert found.smaller.interest <= found.before.interest + loan.months
    assert found.shorter.first.payment <= found.before.first.payment + 1


@given(LOANS, st.integers(0, 100 * WAN))
def test_what_settles_the_loan_saves_all_later_interest(loan: Running, more: int) -> None:
    found = compare(loan, loan.left + more)
    assert found.shorter is None
    assert found.smaller is None
    assert found.saved(None) == found.before.interest


@given(st.sampled_from(["annuity", "linear"]), st.integers(2, 360), st.data())
def test_less_is_owed_the_longer_it_was_paid(
    method: Method, term: int, data: st.DataObject
) -> None:
    paid = data.draw(st.integers(1, term - 1))
    loan = running(method, 60 * WAN, Decimal("0.026"), term, paid)
    assert 0 < loan.left < running(method, 60 * WAN, Decimal("0.026"), term, paid - 1).left
    assert loan.months == term - paid


def test_a_running_loan_keeps_its_payment() -> None:
    loan = running("annuity", 60 * WAN, Decimal("0.026"), 360, 60)
    again = equal_payment(loan.left, loan.rate, loan.months)
    assert abs(again - equal_payment(60 * WAN, Decimal("0.026"), 360)) <= 1


@pytest.mark.parametrize(("paid", "early"), [(360, 1), (-1, 1), (12, 0), (12, -5)])
def test_what_cannot_be_is_refused(paid: int, early: int) -> None:
    with pytest.raises(ValueError, match=r"months are paid|must be positive"):
        compare(running("annuity", 60 * WAN, Decimal("0.026"), 360, paid), early)


@pytest.fixture
def talk(fund: FundStand, region: RegionNumbers) -> TaskTalk:
    return TaskTalk(fund, region)


async def test_the_loans_beginning_will_do(talk: TaskTalk) -> None:
    opening = "我贷款60万30年还了5年，想提前还10万，划算吗"
    said = await talk.open("prepayment", opening, "compare_prepayment")
    assert "跳过" not in said
    assert "还款方式" in said
    await talk.say("等额本息")
    said = await talk.say("2.6%")
    assert "再还18年11个月" in said
    assert "1,948.37元" in said
    assert "第六百七十七条" in said


async def test_who_knows_what_is_owed_is_not_asked_for_the_beginning(talk: TaskTalk) -> None:
    opening = "还欠40万，还剩15年，等额本金，利率3.1%，提前还5万"
    said = await talk.open("prepayment", opening, "compare_prepayment")
    assert "当初" not in said
    assert "还欠本金40万元，还剩15年，年利率3.1%" in said
    assert "下个月的还款" in said


async def test_skipping_what_is_owed_asks_for_the_beginning(talk: TaskTalk) -> None:
    await talk.open("prepayment", "提前还款能省多少", "compare_prepayment")
    assert "当初一共贷了多少钱" in await talk.say("不知道")
    for text in ("60万", "10年"):
        await talk.say(text)
    assert "要比它短" in await talk.say("12年")
    assert "等额本息" in await talk.say("8年")


async def test_a_sum_above_what_is_owed_settles_the_loan(talk: TaskTalk) -> None:
    await talk.open("prepayment", "提前还款能省多少", "compare_prepayment")
    for text in ("40万", "10年", "等额本息", "首套"):
        await talk.say(text)
    said = await talk.say("50万")
    assert "全部还清" in said
    assert "结清证明" in said


async def test_settling_is_understood_from_the_opening_words(talk: TaskTalk) -> None:
    await talk.open("prepayment", "我想一次性还清贷款能省多少利息", "compare_prepayment")
    for text in ("40万", "180个月", "等额本息"):
        await talk.say(text)
    assert "83,484.81元就不用付了" in await talk.say("首套")


async def test_less_than_the_regions_least_is_said(talk: TaskTalk) -> None:
    await talk.open("prepayment", "我贷款60万30年还了8个月，想提前还5000元", "compare_prepayment")
    await talk.say("等额本息")
    said = await talk.say("首套")
    assert "不到最低金额1万元" in said
    assert "要等到满1年" in said

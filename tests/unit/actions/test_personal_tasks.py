"""What the four tasks about the citizen's own data tell, for the stand-in's people: figures, gaps, steps, ways on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.region import RegionNumbers
from actions.tasks import balance, loan_progress, records, withdrawal_progress
from actions.tasks.records.span import EARLIEST, Span, default_span, read_span
from tests.fund import PEOPLE, FundStand
from tests.unit.actions.form_talk import FormTalk, needs_of

TODAY = date(2026, 11, 22)


async def told(
    fund: FundStand, region: RegionNumbers, task: Any, name: str, *more: str
) -> FormTalk:
    """The talk after the check and `more`."""
    talk = FormTalk(task, needs_of(region, fund.gateway, fund.clock.now()))
    await talk.begin()
    await talk.say(f"{name} {PEOPLE[name]}")
    await talk.say(await fund.newest_code())
    for text in more:
        await talk.say(text)
    return talk


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("张示例", ["正常缴存", "单位和个人各12%", "缴存基数9,000元", "已缴到：2026年11月"]),
        ("孙封存", ["封存", "照样计息", "新单位"]),
        ("蒋冻结", ["冻结", "依法"]),
        ("冯退休", ["已销户", "已经结清"]),
    ],
)
async def test_an_account_is_told_with_what_its_status_means(
    fund: FundStand, region: RegionNumbers, name: str, words: list[str]
) -> None:
    talk = await told(fund, region, balance.TASK, name)
    for word in words:
        assert word in talk.text
    assert "演示数据" in talk.text
    assert len(talk.buttons) <= 3
    assert not talk.open


async def test_lines_come_by_month_newest_first_a_dozen_at_a_time(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await told(fund, region, records.TASK, "赵模拟", "全部")
    lines = [line for line in talk.text.splitlines() if line.startswith("• ")]
    assert 0 < len(lines) <= 12
    assert lines[0] > lines[-1] or "2026年1" in lines[0]
    assert "更多" in talk.buttons
    seen = set(lines)
    for _ in range(12):
        if not talk.open:
            break
        await talk.say("更多")
        page = {line for line in talk.text.splitlines() if line.startswith("• ")}
        assert not page & seen, "a month was told twice"
        seen |= page
    assert not talk.open, "the end was never reached"
    # Opened 120 months ago: every month once.
    assert len(seen) >= 119


async def test_months_without_a_deposit_are_named_with_what_to_do(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await told(fund, region, records.TASK, "李样本", "最近一年")
    # The stand-in's gaps five and six months before November; the others were made good.
    assert "2026年6月、2026年5月没有缴存记录" in talk.text
    assert "第四十条" in talk.text
    assert talk.buttons[:2] == ["单位不给缴公积金怎么办", "我要投诉单位不缴公积金"]


async def test_a_month_that_may_still_come_is_no_gap(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await told(fund, region, records.TASK, "张示例", "最近半年")
    assert "没有缴存记录" not in talk.text


async def test_a_sealed_account_has_no_gaps_after_its_last_month(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await told(fund, region, records.TASK, "孙封存", "最近一年")
    assert "没有缴存记录" not in talk.text
    assert "账户已经封存，缴存到2026年4月为止" in talk.text


@pytest.mark.parametrize(
    ("task", "name", "words"),
    [
        (
            loan_progress.TASK,
            "王演示",
            ["等您补材料", "第3步“征信与额度复核”，一共6步", "首付款发票"],
        ),
        (loan_progress.TASK, "赵模拟", ["已经放款"]),
        (loan_progress.TASK, "卫转入", ["已经批准", "抵押登记", "接下来是：放款"]),
        (loan_progress.TASK, "张示例", ["没有查到您在本地的贷款申请"]),
        (withdrawal_progress.TASK, "刘虚构", ["没有通过", "原因：购房合同备案信息", "重新申请"]),
        (withdrawal_progress.TASK, "褚补件", ["加装电梯费用分摊协议"]),
    ],
)
async def test_an_application_is_told_in_plain_words(
    fund: FundStand, region: RegionNumbers, task: Any, name: str, words: list[str]
) -> None:
    talk = await told(fund, region, task, name)
    for word in words:
        assert word in talk.text
    assert not talk.open


@pytest.mark.parametrize("text", ["第2笔", "第二个", "第2个"])
async def test_of_several_applications_one_is_picked(
    fund: FundStand, region: RegionNumbers, text: str
) -> None:
    talk = await told(fund, region, withdrawal_progress.TASK, "陈测试")
    assert "有2笔提取申请" in talk.text
    # What is asked to pick from holds nothing personal.
    assert talk.buttons == ["第1笔", "第2笔"]
    entities = [{"entity": "ordinal", "value": 2, "start": 0, "end": 3}]
    assert "钱已经转出" in await talk.say(text, entities=entities)
    assert not talk.open


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("最近半年", "2026-06/2026-11"),
        ("最近一年的", "2025-12/2026-11"),
        ("今年", "2026-01/2026-11"),
        ("去年", "2025-01/2025-12"),
        ("去年3月到5月", "2025-03/2025-05"),
        ("去年11月到今年2月", "2025-11/2026-02"),
        ("11月到2月", "2025-11/2026-02"),
        ("2023年到2024年", "2023-01/2024-12"),
        ("2025-03至2025-06", "2025-03/2025-06"),
        ("去年三月至今", "2025-03/2026-11"),
        ("上个月", "2026-10/2026-10"),
        ("最近三个月", "2026-09/2026-11"),
        ("十二月", "2025-12/2025-12"),
        ("全部", "1991-01/2026-11"),
        ("从开户到现在", "1991-01/2026-11"),
    ],
)
def test_a_span_is_read(text: str, span: str) -> None:
    assert str(read_span(text, TODAY)) == span


@pytest.mark.parametrize("text", ["明年", "明年3月", "2030年", "下个月"])
def test_what_lies_in_the_future_is_said_so(text: str) -> None:
    found = read_span(text, TODAY)
    assert isinstance(found, str)
    assert "还没有到" in found


@pytest.mark.parametrize("text", ["", "随便", "第二个", "缴存明细", "三个人"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert read_span(text, TODAY) is None


@given(
    st.text(alphabet="0123456789年月去今上个最近到至-两十一三半全部现在以来", max_size=30),
    st.integers(0, 4000),
)
def test_any_text_gives_months_in_order_or_none(text: str, days: int) -> None:
    today = date(2020, 1, 1) + timedelta(days=days)
    found = read_span(text, today)
    if isinstance(found, Span):
        assert EARLIEST <= found.first <= found.last <= today
        assert (found.first.day, found.last.day) == (1, 1)
        assert Span.parse(str(found)) == found


def test_the_default_is_a_year() -> None:
    assert str(default_span(TODAY)) == "2025-12/2026-11"

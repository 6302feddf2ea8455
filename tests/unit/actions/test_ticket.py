"""How a ticket is told: the only own one, a chosen one, one proved by the phone, nobody else's; and hurrying it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from actions.region import RegionNumbers
from actions.tasks.ticket.form import read_number
from actions.tasks.ticket.words import describe, may_be_urged
from core.conversation.tickets import TicketProgress
from core.errors import TooManyRequests
from tests.fund import MONDAY, FundStand
from tests.unit.actions.task_talk import TaskTalk

NEW = TicketProgress("GD20261120-0001", "投诉", "示例公司不缴公积金", "new", MONDAY, MONDAY)
DONE = replace(
    NEW, number="GD20261119-0002", title="窗口态度", state="resolved", answer="已批评教育。"
)
FOREIGN = replace(NEW, number="GD20261118-0003", title="别人的事")
PHONE = "13800001234"


@dataclass
class Tickets:
    """The lookup with tickets of its own contact and one that only PHONE opens."""

    mine: list[TicketProgress] = field(default_factory=list)
    tries: int = 0

    async def own(self, sender: str) -> list[TicketProgress]:
        return self.mine

    async def by_number(self, sender: str, number: str, phone: str | None) -> TicketProgress | None:
        found = next((one for one in self.mine if one.number == number), None)
        if found is not None or phone is None:
            return found
        self.tries += 1
        if self.tries > 3:
            raise TooManyRequests("核对的次数太多了。")
        return FOREIGN if (number, phone) == (FOREIGN.number, PHONE) else None


def talk_with(fund: FundStand, region: RegionNumbers, *mine: TicketProgress) -> TaskTalk:
    return TaskTalk(fund, region, tickets=Tickets(list(mine)))


async def test_the_only_own_ticket_is_told_and_may_be_hurried(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_with(fund, region, NEW)
    told = await talk.open("ticket", "查工单进度", "query_ticket")
    for part in (NEW.number, "等待受理", "示例公司不缴公积金", "[催办]"):
        assert part in told
    await talk.say("催办")
    assert talk.directives == [{"type": "urge_ticket", "number": NEW.number, "phone": None}]


async def test_of_several_own_tickets_one_is_chosen(fund: FundStand, region: RegionNumbers) -> None:
    talk = talk_with(fund, region, NEW, DONE)
    asked = await talk.open("ticket", "查工单进度", "query_ticket")
    assert f"[{DONE.number} 窗口态度]" in asked
    told = await talk.say("第二个")
    assert "已批评教育" in told
    assert talk.loop is None


async def test_the_end_of_the_number_is_enough_for_an_own_ticket(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_with(fund, region, NEW, DONE)
    assert "已批评教育" in await talk.open("ticket", "查尾号0002的单子", "query_ticket")


async def test_a_foreign_ticket_needs_the_phone_left_with_it(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_with(fund, region)
    asked = await talk.open("ticket", f"查工单{FOREIGN.number}", "query_ticket")
    assert "登记工单时留的手机号" in asked
    assert "别人的事" not in asked
    assert "别人的事" in await talk.say(PHONE)


async def test_a_wrong_phone_and_an_unknown_number_say_the_same(
    fund: FundStand, region: RegionNumbers
) -> None:
    said = []
    for number in (FOREIGN.number, "GD20990101-9999"):
        talk = talk_with(fund, region)
        await talk.open("ticket", f"查工单{number}", "query_ticket")
        said.append(await talk.say("13900009999"))
    assert said[0] == said[1]
    assert "没有找到这张工单" in said[0]


async def test_trying_phones_ends_soon(fund: FundStand, region: RegionNumbers) -> None:
    talk = talk_with(fund, region)
    await talk.open("ticket", f"查工单{FOREIGN.number}", "query_ticket")
    for n in range(3):
        await talk.say(f"1390000999{n}")
        await talk.say(FOREIGN.number)
    assert "次数太多" in await talk.say("13900009994")
    assert talk.loop is None


async def test_without_tickets_the_number_is_asked_for(
    fund: FundStand, region: RegionNumbers
) -> None:
    told = await talk_with(fund, region).open("ticket", "查工单", "query_ticket")
    assert "没有查到您登记过的工单" in told
    assert "编号" in told


@pytest.mark.parametrize(
    ("ticket", "part"),
    [(replace(NEW, state="pending", asked="请补充合同照片"), "请您补充：请补充合同照片"),
     (replace(NEW, state="open", due_at=MONDAY + timedelta(days=3)), "承诺答复：2026年11月26日 09:00前"),
     (replace(NEW, state="withdrawn"), "已经撤销")],
)  # fmt: skip
def test_each_state_is_told_in_plain_words(ticket: TicketProgress, part: str) -> None:
    assert part in describe(ticket)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GD20261122-0001", "GD20261122-0001"),
        ("热线转办 rx 20261122 — 0012 怎么样了", "RX20261122-0012"),
        ("留言LY20261122-0001", None),
        ("留言LY 20261122-0001", None),
        ("工单LYA20261122-0001", "LYA20261122-0001"),
        ("序列号SN138123456789", None),
        ("身份证 AB 13812345678901", None),
    ],
)
def test_a_number_is_read_with_every_types_letters_and_nothing_else(
    text: str, number: str | None
) -> None:
    read = read_number(text)
    assert (read.value if read else None) == number


def test_a_ticket_is_hurried_once_a_day_and_only_while_it_is_open() -> None:
    urged = replace(NEW, urged_at=MONDAY)
    assert not may_be_urged(urged, MONDAY + timedelta(hours=23))
    assert may_be_urged(urged, MONDAY + timedelta(hours=24))
    assert not may_be_urged(DONE, MONDAY)


@pytest.mark.parametrize("text", ["查进度", "工单进度", "办得怎么样了", "查工单进度"])
async def test_asked_again_the_status_is_told_again(
    fund: FundStand, region: RegionNumbers, text: str
) -> None:
    talk = talk_with(fund, region, NEW)
    await talk.open("ticket", "查工单进度", "query_ticket")
    told = await talk.say(text, "query_loan_progress")
    assert "等待受理" in told
    assert "[催办]" in told
    await talk.say("好的，催一下")
    assert talk.directives == [{"type": "urge_ticket", "number": NEW.number, "phone": None}]


async def test_who_goes_on_to_something_else_after_the_status_left_nothing_undone(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_with(fund, region, NEW)
    await talk.open("ticket", "查工单进度", "query_ticket")
    await talk.open("flexible", "灵活就业社保要交多少", "estimate_flexible")
    assert not talk.slots.get("waiting_tasks")


async def test_who_leaves_before_the_status_was_told_is_asked_to_go_on(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_with(fund, region, NEW, DONE)
    await talk.open("ticket", "查工单进度", "query_ticket")
    await talk.open("flexible", "灵活就业社保要交多少", "estimate_flexible")
    assert [task["action"] for task in talk.slots["waiting_tasks"]] == ["ticket_form"]

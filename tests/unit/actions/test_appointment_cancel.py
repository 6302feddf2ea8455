"""Showing and cancelling an appointment: own number and phone, the one booked last, nobody else's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from actions.region import RegionNumbers
from actions.tasks.appointment_cancel.questions import read_number
from core.conversation.business import Appointment
from tests.fund import FundStand
from tests.unit.actions.task_talk import TaskTalk

PHONE = "13800001234"
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def talk(fund: FundStand, region: RegionNumbers) -> TaskTalk:
    return TaskTalk(fund, region)


@pytest.fixture
async def booked(fund: FundStand) -> Appointment:
    slots = await fund.gateway.open_slots("H021", "公积金", TUESDAY)
    return await fund.gateway.book(slots[0].id, "王小明", PHONE, "公积金", "test")


async def status(fund: FundStand, booked: Appointment) -> str:
    return (await fund.gateway.appointment(booked.number, PHONE)).status


async def test_number_and_phone_show_the_appointment_and_cancel_it(
    talk: TaskTalk, fund: FundStand, booked: Appointment
) -> None:
    assert "预约号" in await talk.open("appointment_cancel", "取消预约", "cancel_appointment")
    assert "手机号" in await talk.say(f"预约号是{booked.number.lower()}")
    shown = await talk.say(PHONE)
    for part in (booked.number, "公积金南湖管理部", "11月24日 周二", "138****1234", "[确认取消]"):
        assert part in shown
    assert await status(fund, booked) == "booked"
    assert "已经取消" in await talk.say("确认取消")
    assert await status(fund, booked) == "cancelled"


async def test_both_in_the_opening_message_lead_straight_to_the_question(
    talk: TaskTalk, booked: Appointment
) -> None:
    shown = await talk.open(
        "appointment_cancel", f"取消预约{booked.number}，手机{PHONE}", "cancel_appointment"
    )
    assert "要取消这个预约吗" in shown


async def test_the_appointment_booked_last_is_offered_without_its_number(
    talk: TaskTalk, fund: FundStand
) -> None:
    await talk.open("appointment", "我要预约", "book_appointment")
    for said in ("公积金提取", "南湖区", "明天", "第一个", "王小明", PHONE, "确认提交"):
        await talk.say(said)
    shown = await talk.open("appointment_cancel", "取消预约", "cancel_appointment")
    assert "查到您的预约" in shown
    assert "[确认取消]" in shown
    # What stands in Rasa's slot tells nobody the phone.
    assert PHONE not in str(talk.slots["remembered"])
    assert "已经取消" in await talk.say("是的")
    again = await talk.open("appointment_cancel", "取消预约", "cancel_appointment")
    assert "请告诉我预约号" in again


async def test_a_plain_no_keeps_the_appointment(
    talk: TaskTalk, fund: FundStand, booked: Appointment
) -> None:
    await talk.open("appointment_cancel", f"取消{booked.number} {PHONE}", "cancel_appointment")
    assert "给您留着" in await talk.say("不取消了")
    assert await status(fund, booked) == "booked"


@pytest.mark.parametrize("said", ["嗯那我再想想要不要取消", "可以取消吗还是直接不去"])
async def test_a_yes_inside_a_sentence_cancels_nothing(
    talk: TaskTalk, fund: FundStand, booked: Appointment, said: str
) -> None:
    await talk.open("appointment_cancel", f"取消{booked.number} {PHONE}", "cancel_appointment")
    await talk.say(said)
    assert await status(fund, booked) == "booked"


async def test_the_phone_of_somebody_else_finds_nothing_and_says_no_more_than_a_wrong_number(
    talk: TaskTalk, booked: Appointment
) -> None:
    await talk.open("appointment_cancel", "取消预约", "cancel_appointment")
    await talk.say(booked.number)
    wrong_phone = await talk.say("13900009999")
    await talk.say("YY1124AAAAAA")
    wrong_number = await talk.say("13900009999")
    assert "没有找到这个预约" in wrong_phone
    assert "没有找到这个预约" in wrong_number
    assert booked.hall.name not in wrong_phone + wrong_number


async def test_an_appointment_that_is_over_cannot_be_cancelled(
    talk: TaskTalk, fund: FundStand, booked: Appointment
) -> None:
    fund.clock.advance(timedelta(days=2))
    said = await talk.open(
        "appointment_cancel", f"取消{booked.number} {PHONE}", "cancel_appointment"
    )
    assert "已经过期" in said
    assert talk.loop is None


async def test_one_that_began_meanwhile_is_told_to_be_too_late(
    talk: TaskTalk, fund: FundStand, booked: Appointment
) -> None:
    await talk.open("appointment_cancel", f"取消{booked.number} {PHONE}", "cancel_appointment")
    fund.clock.advance(booked.start - fund.clock.now() + timedelta(minutes=5))
    assert "不能在这里取消" in await talk.say("确认取消")


async def test_another_appointment_is_asked_for(talk: TaskTalk, booked: Appointment) -> None:
    await talk.open("appointment_cancel", f"取消{booked.number} {PHONE}", "cancel_appointment")
    assert "请告诉我预约号" in await talk.say("不是这个预约")


@pytest.mark.parametrize(
    ("text", "number"),
    [("YY1124abc234", "YY1124ABC234"), ("单号20261124001", None), ("号码是 123456789", "123456789"),
     ("我的手机13800001234", None), ("取消预约", None), ("'; DROP TABLE x;--", None)],
)  # fmt: skip
def test_a_number_is_read_and_a_phone_is_none(text: str, number: str | None) -> None:
    assert read_number(text) == number

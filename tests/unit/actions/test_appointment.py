"""Booking a place at a hall: choices of the business system, corrections, rivals, repeated submissions."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from actions.forms.entries import PersonField
from actions.forms.fields import Entity, Option, Problem, Read
from actions.region import RegionNumbers
from actions.tasks.appointment import booking_key
from actions.tasks.appointment.fields import DayField, SlotField
from tests.fund import FundStand
from tests.unit.actions.task_talk import TaskTalk

PHONE, OTHER_PHONE = "13800001234", "13900001234"
TUESDAY = date(2026, 11, 24)
HALL = "H021"


@pytest.fixture
def talk(fund: FundStand, region: RegionNumbers) -> TaskTalk:
    return TaskTalk(fund, region)


async def open_and_choose(talk: TaskTalk) -> str:
    await talk.open("appointment", "我要预约", "book_appointment")
    await talk.say("公积金")
    await talk.say("公积金提取")
    await talk.say("南湖区")
    return await talk.say("明天")


async def to_confirm(talk: TaskTalk, phone: str = PHONE) -> str:
    await open_and_choose(talk)
    await talk.say("第一个")
    await talk.say("王小明")
    return await talk.say(phone)


async def fill(fund: FundStand, slot_id: str) -> None:
    """Others take every place of the slot that is left."""
    slots = await fund.gateway.open_slots(HALL, "公积金", TUESDAY)
    free = next(slot.free for slot in slots if slot.id == slot_id)
    for n in range(free):
        await fund.gateway.book(
            slot_id, "别人", f"1370000{n:04d}", "公积金", f"other-{slot_id}-{n}"
        )


async def test_a_place_is_booked_step_by_step(talk: TaskTalk, fund: FundStand) -> None:
    assert "[公积金]" in await talk.open("appointment", "我要预约", "book_appointment")
    assert "[公积金提取]" in await talk.say("公积金")
    halls = await talk.say("公积金提取")
    assert "[南湖区 公积金南湖管理部（示例）]" in halls
    assert "社保南湖" not in halls
    assert "11月24日 周二 余" in await talk.say("南湖区")
    assert "[换一天]" in await talk.say("明天")
    assert "姓名" in await talk.say("第一个")
    assert "只用来登记这次预约" in await talk.say("王小明")
    summary = await talk.say(PHONE)
    for shown in ("公积金南湖管理部", "11月24日 周二", "王小明", "138****1234", "[确认提交]"):
        assert shown in summary
    done = await talk.say("确认提交")
    assert "预约成功" in done
    assert "湖滨路16号1楼" in done
    assert "身份证" in done
    assert talk.loop is None
    assert talk.slots["appointment_phone"] is None
    assert await fund.calls("/v1/appointments") == 1


async def test_one_sentence_answers_several_questions(talk: TaskTalk) -> None:
    asked = await talk.open(
        "appointment", "帮我约明天下午一点半南湖区的号，办公积金提取", "book_appointment"
    )
    assert "姓名" in asked
    assert talk.slots["appointment_hall"]["id"] == HALL
    assert talk.slots["appointment_day"] == "2026-11-24"
    assert talk.slots["appointment_slot"]["start"].startswith("2026-11-24T13:30")


@pytest.mark.parametrize(
    ("text", "business", "affair"),
    [("帮我约南湖区的号，办公积金提取", "公积金", "withdraw"), ("给我约个号办房贷结清", "公积金", "loan"),
     ("预约一下退休手续", "社保", "retire"), ("我要预约", None, None)],
)  # fmt: skip
async def test_the_affair_is_read_from_the_opening(
    talk: TaskTalk, text: str, business: str | None, affair: str | None
) -> None:
    await talk.open("appointment", text, "book_appointment")
    assert talk.slots["appointment_business"] == business
    assert talk.slots["appointment_affair"] == affair


async def test_a_day_without_places_is_said_and_asked_again(talk: TaskTalk) -> None:
    await talk.open("appointment", "我要预约", "book_appointment")
    await talk.say("公积金提取")
    await talk.say("南湖区")
    # 28 November is a Saturday.
    asked = await talk.say("28号")
    assert "没有空位" in asked
    assert "[11月24日 周二" in asked
    assert talk.slots["appointment_day"] is None


async def test_a_past_day_is_refused(talk: TaskTalk) -> None:
    said = await talk.open("appointment", "预约昨天的公积金提取", "book_appointment")
    assert "已经过去了" in said
    assert talk.slots["appointment_day"] is None


async def test_changing_the_day_keeps_the_time_where_it_is_free(talk: TaskTalk) -> None:
    await to_confirm(talk)
    before = talk.slots["appointment_slot"]["start"][11:16]
    asked = await talk.say("改成后天", "correct")
    assert talk.slots["appointment_day"] == "2026-11-25"
    slot = talk.slots["appointment_slot"]
    assert slot is None or slot["start"][11:16] == before
    assert "11月25日" in asked


async def test_a_hall_that_does_not_do_the_business_falls_away(talk: TaskTalk) -> None:
    await to_confirm(talk)
    asked = await talk.say("业务改成社保", "correct")
    assert talk.slots["appointment_business"] == "社保"
    assert talk.slots["appointment_hall"] is None
    assert "具体要办什么" in asked


async def test_a_slot_taken_meanwhile_offers_the_others_and_keeps_the_rest(
    talk: TaskTalk, fund: FundStand
) -> None:
    await to_confirm(talk)
    await fill(fund, talk.slots["appointment_slot"]["id"])
    said = await talk.say("确认提交")
    assert "刚刚被别人约走了" in said
    assert "想约哪个时段" in said
    assert talk.slots["appointment_name"] == "王小明"
    assert talk.slots["appointment_confirm"] is None
    assert "确认提交" in await talk.say("第一个")
    assert "预约成功" in await talk.say("确认提交")


async def test_two_citizens_do_not_get_the_last_place_both(
    fund: FundStand, region: RegionNumbers
) -> None:
    talks = [TaskTalk(fund, region, sender=f"c{n}.1") for n in range(4)]
    for n, one in enumerate(talks):
        await to_confirm(one, f"1380000111{n}")
    slot_id = talks[0].slots["appointment_slot"]["id"]
    slots = await fund.gateway.open_slots(HALL, "公积金", TUESDAY)
    free = next(slot.free for slot in slots if slot.id == slot_id)
    ends = await asyncio.gather(*(one.say("确认提交") for one in talks))
    assert sum("预约成功" in end for end in ends) == free
    assert sum("刚刚被别人约走了" in end for end in ends) == len(talks) - free


async def test_a_submission_whose_answer_was_lost_books_once(
    talk: TaskTalk, fund: FundStand
) -> None:
    await to_confirm(talk)
    # The booking was made, and its answer never came.
    slot = dict(talk.slots["appointment_slot"])
    answers = {name: talk.slots[name] for name in talk.slots if name.startswith("appointment_")}
    first = await fund.gateway.book(slot["id"], "王小明", PHONE, "公积金", booking_key(answers))
    said = await talk.say("确认提交")
    assert first.number in said


async def test_who_has_an_appointment_is_told_so(talk: TaskTalk, fund: FundStand) -> None:
    slots = await fund.gateway.open_slots(HALL, "公积金", TUESDAY)
    await fund.gateway.book(slots[-1].id, "王小明", PHONE, "公积金", "before")
    await to_confirm(talk)
    said = await talk.say("确认提交")
    assert "只能有一个预约" in said
    assert "[取消预约]" in said
    assert talk.loop is None


async def test_answers_are_kept_while_the_system_is_down(talk: TaskTalk, fund: FundStand) -> None:
    await to_confirm(talk)
    await fund.order("down", times=5)
    said = await talk.say("确认提交")
    assert "您刚才填的内容还在" in said
    # It may have been booked: nobody is told that it was not.
    assert "还不能确定有没有约上" in said
    assert "不会重复预约" in said
    assert talk.slots["appointment_name"] == "王小明"
    assert talk.slots["appointment_confirm"] == "submit"


async def test_the_question_stays_open_while_the_system_is_down(
    talk: TaskTalk, fund: FundStand
) -> None:
    await talk.open("appointment", "我要预约", "book_appointment")
    await fund.order("down", times=3)
    await talk.say("公积金")
    said = await talk.say("公积金提取")
    assert "业务系统" in said
    assert "[再试一次]" in said
    assert talk.loop


async def test_without_a_system_the_citizen_is_told_where_to_go(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = TaskTalk(fund, region)
    object.__setattr__(talk.needs, "gateway", None)
    said = await talk.open("appointment", "我要预约", "book_appointment")
    assert "还不能在这里预约" in said
    assert talk.loop is None


@pytest.mark.parametrize(
    "said", ["明天", "周三", "好的", "没有", "不知道", "改成下午三点", "' OR 1=1 --"]
)
def test_what_is_no_name_is_none(said: str) -> None:
    entities = [Entity("date", "2026-11-25", 0, 2)] if said in ("明天", "周三") else []
    assert PersonField(slot="n", topic="姓名", question="").read(said, entities) is None


@pytest.mark.parametrize(
    ("said", "name"), [("王小明", "王小明"), ("我叫粟特", "粟特"), ("姓名改成李四", "李四")]
)
def test_a_name_is_read(said: str, name: str) -> None:
    read = PersonField(slot="n", topic="姓名", question="").read(said, [])
    assert isinstance(read, Read)
    assert read.value == name


SLOTS = SlotField(
    slot="s", topic="时段", question="",
    choices=(Option("a", "9:00-9:30 余1"), Option("b", "14:00-14:30 余2"), Option("c", "14:30-15:00 余2")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("上午九点", "a"),
        ("上午", "a"),
        ("下午两点半", "c"),
        ("2点", "b"),
        ("14:30", "c"),
        ("9:00-9:30 余1", "a"),
    ],
)
def test_a_time_of_day_is_understood_against_what_is_offered(said: str, value: str) -> None:
    read = SLOTS.read(said, [])
    assert isinstance(read, Read)
    assert read.value == value


@pytest.mark.parametrize("said", ["十点", "下午", "晚上八点"])
def test_a_time_that_is_not_offered_or_not_one_is_a_problem(said: str) -> None:
    assert isinstance(SLOTS.read(said, []), Problem)


def test_a_day_of_the_month_is_one_of_the_offered() -> None:
    field = DayField(
        slot="d", topic="日期", question="", choices=(Option("2026-11-24", "11月24日 周二 余8"),)
    )
    assert field.read("24号", []) == Read("2026-11-24", (0, 3))
    assert isinstance(field.read("25日", []), Problem)

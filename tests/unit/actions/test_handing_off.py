"""What people are told of a task that was under way when they were asked in, and what they are not."""

from __future__ import annotations

import json

from actions.dialogue.people import under_way
from actions.region import RegionNumbers
from actions.tasks.appointment.form import APPOINTMENT_FORM
from actions.tasks.complaint.form import COMPLAINT_FORM
from actions.tasks.registry import TASKS
from actions.tasks.withdrawal import TASK as WITHDRAWAL
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from bot.replies import read_replies
from core.conversation.ports import OpenTask
from tests.fund import FundStand
from tests.unit.actions.form_talk import FormTalk, needs_of
from tests.unit.actions.task_talk import TaskTalk


def test_the_task_and_its_answers_are_told_as_the_citizen_was_told_them() -> None:
    answers = {"withdrawal_reason": "rent", "withdrawal_owns_home": "no", "withdrawal_months": 30}
    evidence = under_way(WITHDRAWAL_FORM, answers)
    assert evidence["task"] == WITHDRAWAL_FORM.title
    assert evidence["answers"][1:] == ["自有住房：没有住房", "连续缴存时间：2年6个月"]


def test_nothing_is_told_of_who_it_was() -> None:
    secret = "王小明110101199003070011"
    for task in TASKS:
        fields = [f for f in task.form.fields if f.handle is not None or f.free]
        told = under_way(task.form, {f.slot: secret for f in fields})
        assert told == {"task": task.form.title}


def test_names_are_left_out_and_phones_are_covered() -> None:
    for form in (APPOINTMENT_FORM, COMPLAINT_FORM):
        answers = {f.slot: "王小明" for f in form.fields if "name" in f.slot}
        phones = {f.slot: "13800001234" for f in form.fields if "phone" in f.slot}
        assert answers
        assert phones
        told = json.dumps(under_way(form, {**answers, **phones}), ensure_ascii=False)
        assert "王小明" not in told
        assert "13800001234" not in told


async def test_the_directive_out_of_an_open_task_carries_them(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = TaskTalk(fund, region)
    await talk.open("withdrawal", "租房能提取公积金吗", "check_withdrawal")
    parsed = {
        "text": "转人工",
        "intent": {"name": "request_human", "confidence": 0.9},
        "entities": [],
    }
    talk.events.append({"event": "user", "text": "转人工", "parse_data": parsed})
    await talk._call("action_hand_off", [])
    [directive] = talk.directives
    assert directive["evidence"] == under_way(WITHDRAWAL_FORM, talk.slots)
    assert any("租房" in line for line in directive["evidence"]["answers"])


async def test_the_engine_is_told_of_the_task_under_way_until_it_ends(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = FormTalk(WITHDRAWAL, needs_of(region, fund.gateway, fund.clock.now()))
    await talk.begin("租房能提取公积金吗")
    await talk.say("没有房子", "deny")
    told = read_replies([{"custom": payload} for payload in talk.heard])
    assert told.task is not None
    assert told.task.title == WITHDRAWAL_FORM.title
    assert told.task.answers == tuple(under_way(WITHDRAWAL_FORM, talk.slots)["answers"])
    assert told.understanding.business == "提取"
    await talk.say("算了", "cancel")
    assert not any("task" in payload for payload in talk.heard)


async def test_answers_that_cannot_be_shown_do_not_end_the_turn(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = FormTalk(WITHDRAWAL, needs_of(region, fund.gateway, fund.clock.now()))
    await talk.begin("租房能提取公积金吗")
    talk.slots["withdrawal_months"] = "很久"
    await talk.say("没有房子", "deny")
    told = read_replies([{"custom": payload} for payload in talk.heard])
    assert told.task == OpenTask(WITHDRAWAL_FORM.title)

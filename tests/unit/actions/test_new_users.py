"""What people said who had never met the bot: it must not be lost, taken for something else, or answered beside."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.forms.dialogue import Meaning, open_form, said_back, take_turn
from actions.forms.shares import with_shares_added
from actions.forms.waiting import Waiting, waiting_tasks
from actions.tasks.flexible.form import FLEXIBLE_FORM
from actions.tasks.prepayment.form import PREPAYMENT_FORM
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from tests.unit.actions.saying import GIVEN, said, turn

COUPLE = {"loan_household": "family", "loan_house": "first"}
RETIRED = {"withdrawal_reason": "retirement"}


def test_still_to_pay_is_no_wish_for_another_task() -> None:
    step = take_turn(
        PREPAYMENT_FORM, PREPAYMENT_FORM.field("prepayment_left"), {},
        turn("还剩70万，还要还25年，等额本息", "plan_repayment"), frozenset({"plan_repayment"}),
    )  # fmt: skip
    assert step.meaning is Meaning.ANSWER
    assert step.updates["prepayment_left"] == 70_0000_00
    assert step.updates["prepayment_months"] == 300


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("余额我8万她5万", 13_0000_00),
        ("我8万，老婆5万", 13_0000_00),
        ("我有8万，他有5万", 13_0000_00),
        ("老公6万我3万", 9_0000_00),
        ("8万加5万", 13_0000_00),
        ("我8000她5000", 13000_00),
        ("8万", 8_0000_00),
    ],
)
def test_the_shares_of_a_couple_are_added(text: str, fen: int) -> None:
    assert said("loan_balance", text, **COUPLE).updates == {"loan_balance": fen}


@pytest.mark.parametrize("text", ["8万，房子120万", "余额8万，我月收入2万", "8万到10万"])
def test_two_sums_of_different_things_are_not_added(text: str) -> None:
    step = said("loan_balance", text, **COUPLE)
    assert step.updates["loan_balance"] == 8_0000_00


def test_a_question_behind_wait_is_answered() -> None:
    step = said("loan_months", "等等，首付最低要多少？", "wait", **GIVEN)
    assert step.meaning is Meaning.QUESTION
    step = said("loan_months", "等一下我去看看是多少", "wait", **GIVEN)
    assert step.meaning is Meaning.WAIT


@pytest.mark.parametrize(
    "text", ["什么", "啥？", "啊？", "？", "。。。", "你说什么", "问我什么来着"]
)
def test_whoever_did_not_hear_is_asked_again(text: str) -> None:
    assert said("loan_months", text, "nlu_fallback", **GIVEN).meaning is Meaning.REPEAT


def test_a_story_that_answers_is_no_question() -> None:
    step = said(
        "withdrawal_retired",
        "退休了呀都退休八年了",
        "ask_withdrawal",
        form=WITHDRAWAL_FORM,
        **RETIRED,
    )
    assert (step.meaning, step.updates) == (Meaning.ANSWER, {"withdrawal_retired": "yes"})
    step = said(
        "withdrawal_retired", "退休了要带什么去", "ask_withdrawal", form=WITHDRAWAL_FORM, **RETIRED
    )
    assert step.meaning is Meaning.QUESTION


def test_an_answer_said_again_does_not_become_another() -> None:
    opened = open_form(FLEXIBLE_FORM, turn("我自己交养老和医保要多少"), {})
    kind = opened.updates["flexible_kind"]
    step = said("flexible_percent", "养老和医保", form=FLEXIBLE_FORM, flexible_kind=kind)
    assert "flexible_kind" not in {k for k, v in step.updates.items() if v != kind}


@pytest.mark.parametrize(
    "text", ["不约了", "不投诉了", "换个问题", "我要换个问题", "那问别的吧", "不说这个了"]
)
def test_not_any_more_leaves_though_it_sounds_like_another_task(text: str) -> None:
    step = said("loan_months", text, "cancel_appointment", 0.99, **GIVEN)
    assert (step.meaning, step.leave_by) == (Meaning.LEAVE, "action_cancel_task")


ASKED = "刚才的公积金贷款额度测算还没办完，要继续吗？"
BEGUN = {"event": "active_loop", "name": "loan_form"}
OTHER = {"event": "active_loop", "name": "repayment_form"}
OFFER = {"event": "bot", "data": {"custom": {"content": {"type": "text", "text": ASKED}}}}
WAITS = [Waiting("loan_form", "公积金贷款额度测算")]


@pytest.mark.parametrize(
    ("events", "waits"),
    [
        ([BEGUN, OTHER], True),
        ([BEGUN, OTHER, OFFER], True),
        ([BEGUN, OTHER, OFFER, OTHER], False),
        ([BEGUN, OTHER, OFFER, BEGUN, OTHER], True),
    ],
    ids=["interrupted", "offered", "passed over", "interrupted again"],
)
def test_a_task_left_twice_is_not_offered_for_ever(
    events: list[dict[str, Any]], waits: bool
) -> None:
    slots = {"waiting_tasks": [asdict(task) for task in WAITS]}
    tracker = Tracker("c.0", slots, {}, events, False, None, {}, "action_listen")
    assert waiting_tasks(tracker) == (WAITS if waits else [])


def test_what_belongs_to_another_question_is_no_share() -> None:
    text = "余额8万，我2万月收入"
    found = with_shares_added(text, turn(text).entities)
    assert [entity.value for entity in found] == [80000_00, 20000_00]


@pytest.mark.parametrize(
    ("months", "words"), [(36, "3年"), (30, "2年6个月"), (8, "8个月"), (0, "0个月"), (12, "1年")]
)
def test_a_span_is_said_back_as_it_is_said(months: int, words: str) -> None:
    answers = {"withdrawal_reason": "rent"}
    said_ = said_back(WITHDRAWAL_FORM, {"withdrawal_months": months}, answers)
    assert said_ == f"好的，已记下：连续缴存时间{words}。"

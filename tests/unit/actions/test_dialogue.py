"""What a message means inside a form. Entities are found by the extractor that runs in Rasa."""

from __future__ import annotations

from typing import Any

import pytest

from actions.forms.dialogue import Meaning, take_turn
from actions.tasks.loan.form import LOAN_FORM
from tests.unit.actions.saying import GIVEN, OTHERS, said, turn


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("loan_household", "夫妻双方缴存", "family"),
        ("loan_household", "我和老婆一起", "family"),
        ("loan_household", "就我一个人", "single"),
        ("loan_household", "第二个", "family"),
        ("loan_household", "2", "family"),
        ("loan_house", "第二套", "second"),
        ("loan_house", "首套房", "first"),
        ("loan_balance", "8万", 80000_00),
        ("loan_balance", "三万五左右吧", 35000_00),
        ("loan_balance", "余额大概有50000元", 50000_00),
        ("loan_balance", "62000", 62000_00),
        ("loan_months", "8个月", 8),
        ("loan_months", "三年了", 36),
        ("loan_months", "半年", 6),
        ("loan_income", "一万二", 12000_00),
        ("loan_sex", "男的", "male"),
        ("loan_age", "35", 35),
        ("loan_age", "我今年四十二岁", 42),
        ("loan_years", "贷二十年", 20),
        ("loan_years", "跳过", "skip"),
        ("loan_years", "没想好", "skip"),
        ("loan_price", "总价120万", 1200000_00),
        ("loan_price", "大概-就120万", 1200000_00),
        ("loan_price", "还没看好房呢", "skip"),
    ],
)
def test_values_are_taken_however_they_are_said(slot: str, text: str, value: Any) -> None:
    step = said(slot, text)
    assert (step.meaning, step.updates) == (Meaning.ANSWER, {slot: value})


@pytest.mark.parametrize("intent", ["request_human", "cancel", "deny", "ask_loan"])
def test_a_clear_value_is_a_value_whatever_the_classifier_thinks(intent: str) -> None:
    assert said("loan_household", "一个人", intent, 0.99).updates == {"loan_household": "single"}


@pytest.mark.parametrize(
    ("slot", "text", "hint"),
    [
        ("loan_balance", "8", "太小"),
        ("loan_balance", "90亿", "太大"),
        ("loan_age", "12岁", "18"),
        ("loan_years", "50年", "30"),
        ("loan_household", "第五个", "没有第5个"),
        ("loan_balance", "-5万", "负数"),
        ("loan_income", "负一万", "负数"),
        ("loan_months", "-3", "负数"),
        ("loan_age", "－35岁", "负数"),
    ],
)
def test_a_wrong_value_is_explained(slot: str, text: str, hint: str) -> None:
    step = said(slot, text)
    assert step.meaning is Meaning.PROBLEM
    assert hint in step.note
    assert step.updates == {}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("算了不算了", "cancel"),
        ("转人工", "request_human"),
        ("你们态度太差了我要投诉", "complain"),
        ("重新开始", "start_over"),
        ("先看看能不能提取", "check_withdrawal"),
        ("大厅在哪", "find_service_hall"),
    ],
)
def test_a_wish_to_leave_is_left_to_rasas_rules(text: str, intent: str) -> None:
    assert said("loan_balance", text, intent).meaning is Meaning.LEAVE


@pytest.mark.parametrize(
    ("slot", "text", "updates"),
    [
        ("loan_balance", "公积金余额是8万", {"loan_balance": 80000_00}),
        ("loan_months", "不对，公积金余额是6万", {"loan_balance": 60000_00}),
    ],
)
def test_an_answer_that_sounds_like_another_task_is_an_answer(
    slot: str, text: str, updates: dict[str, Any]
) -> None:
    others = OTHERS | {"query_balance"}
    step = take_turn(LOAN_FORM, LOAN_FORM.field(slot), GIVEN, turn(text, "query_balance"), others)
    assert step.updates == updates


def test_a_button_to_change_an_answer_opens_no_other_task() -> None:
    others = OTHERS | {"query_balance"}
    asked = LOAN_FORM.field("loan_months")
    step = take_turn(LOAN_FORM, asked, GIVEN, turn("改公积金账户余额", "query_balance"), others)
    assert (step.meaning, step.back_to) == (Meaning.BACK, "loan_balance")


def test_a_guess_of_the_classifier_does_not_leave_the_form() -> None:
    assert said("loan_balance", "这个嘛", "cancel", 0.2).meaning is Meaning.UNCLEAR


def test_the_forms_own_intent_does_not_leave_it() -> None:
    step = said("loan_balance", "帮我算算能贷多少", "calculate_loan")
    assert step.meaning is not Meaning.LEAVE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("公积金贷款利率是多少", "ask_loan"),
        ("首套和二套有什么区别？", "nlu_fallback"),
        ("余额在哪里查", "ask_fund_account"),
        ("最高能贷60万吗", "nlu_fallback"),
    ],
)
def test_a_question_is_answered_and_no_value_is_picked_out_of_it(text: str, intent: str) -> None:
    step = said("loan_balance", text, intent)
    assert step.meaning is Meaning.QUESTION
    assert step.updates == {}


@pytest.mark.parametrize(
    ("text", "updates"),
    [
        ("不对，余额是6万", {"loan_balance": 60000_00}),
        ("不对，是8000", {"loan_balance": 8000_00}),
        ("说错了，应该是夫妻双方", {"loan_household": "family"}),
        ("改一下，是二套", {"loan_house": "second"}),
        ("不是5万，是3万5", {"loan_balance": 35000_00}),
        ("余额改成6万", {"loan_balance": 60000_00}),
        ("把余额从5万改成6万", {"loan_balance": 60000_00}),
        ("不是首套是二套", {"loan_house": "second"}),
        ("刚才说错了，上一个是4万", {"loan_balance": 40000_00}),
    ],
)
def test_corrections_change_the_answer_they_mean(text: str, updates: dict[str, Any]) -> None:
    step = said("loan_months", text, "correct", **GIVEN)
    assert (step.meaning, step.updates) == (Meaning.CORRECTION, updates)
    assert step.note.startswith("好的，已改为")


@pytest.mark.parametrize("text", ["刚才说错了", "不对", "填错了", "我要改一下"])
def test_a_correction_that_says_nothing_is_asked_about(text: str) -> None:
    assert said("loan_months", text, "correct", **GIVEN).meaning is Meaning.WHICH


@pytest.mark.parametrize(
    "text", ["改公积金账户余额", "改一下余额", "余额说错了", "余额填错了，要改一下"]
)
def test_a_correction_that_names_a_question_asks_it_again(text: str) -> None:
    step = said("loan_months", text, "correct", **GIVEN)
    assert (step.meaning, step.back_to) == (Meaning.BACK, "loan_balance")


@pytest.mark.parametrize("text", ["8", "-5万", "0", "2026-01-01", "1.0", "∞", "90亿元"])
def test_a_figure_that_is_no_answer_opens_no_other_task(text: str) -> None:
    other = min(OTHERS - {"calculate_loan"})
    assert said("loan_balance", text, other, 1.0).meaning in (Meaning.PROBLEM, Meaning.UNCLEAR)
    assert said("loan_balance", "查余额", other, 1.0).meaning is Meaning.LEAVE

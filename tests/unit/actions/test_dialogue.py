"""What a message means inside a form. Entities are found by the extractor that runs in Rasa."""

from __future__ import annotations

import time
from typing import Any

import pytest

from actions.forms.dialogue import Meaning, Step, Turn, open_form, take_turn
from actions.forms.entries import ConfirmField
from actions.forms.fields import Entity
from actions.forms.form import Form
from actions.tasks.loan.form import LOAN_FORM
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from bot.components.values import find_values

# What opens other tasks than the one that is open.
OTHERS = frozenset({"calculate_loan", "check_withdrawal", "find_service_hall"})


def turn(text: str, intent: str = "nlu_fallback", confidence: float = 0.9) -> Turn:
    entities = tuple(Entity(v.kind, v.value, v.start, v.end) for v in find_values(text))
    return Turn(text, intent, confidence, entities)


def said(
    slot: str,
    text: str,
    intent: str = "inform",
    confidence: float = 0.9,
    form: Form = LOAN_FORM,
    **answers: Any,
) -> Step:
    return take_turn(form, form.field(slot), answers, turn(text, intent, confidence), OTHERS)


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


GIVEN = {"loan_household": "single", "loan_house": "first", "loan_balance": 50000_00}


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


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("算了", "action_cancel_task"),
        ("退出！", "action_cancel_task"),
        ("返回主菜单", "action_cancel_task"),
        ("算了，不办了", "action_cancel_task"),
        ("那就算了吧", "action_cancel_task"),
        ("重新开始", "action_start_over"),
        ("转人工", "action_hand_off"),
    ],
)
@pytest.mark.parametrize("slot", ["loan_household", "loan_balance", "loan_price"])
def test_a_plain_way_out_leads_out_whatever_the_classifier_thinks(
    slot: str, text: str, action: str
) -> None:
    step = said(slot, text, "ask_loan", 0.99)
    assert (step.meaning, step.leave_by) == (Meaning.LEAVE, action)


@pytest.mark.parametrize(
    "text",
    ["返回上一步", "上一步", "回到上一个问题", "我想返回上一步", "上一题", "返回", "退回上一步吧"],
)
def test_a_step_back_is_a_step_back(text: str) -> None:
    assert said("loan_months", text, "nlu_fallback", **GIVEN).meaning is Meaning.BACK


@pytest.mark.parametrize(
    ("text", "intent", "meaning"),
    [
        ("再说一遍", "repeat", Meaning.REPEAT),
        ("没看懂", "explain", Meaning.EXPLAIN),
        ("什么意思", "explain", Meaning.EXPLAIN),
        ("等一下我去查查", "wait", Meaning.WAIT),
        ("继续办理", "resume", Meaning.REPEAT),
        ("再试一次", "nlu_fallback", Meaning.REPEAT),
        ("谢谢", "thanks", Meaning.SMALL_TALK),
    ],
)
def test_the_form_can_be_steered(text: str, intent: str, meaning: Meaning) -> None:
    assert said("loan_months", text, intent, **GIVEN).meaning is meaning


def test_an_answer_with_a_question_behind_it_is_both() -> None:
    step = said("loan_balance", "8万，对了提前还款要手续费吗", "ask_repayment")
    assert (step.meaning, step.updates) == (Meaning.QUESTION, {"loan_balance": 80000_00})
    assert step.question == "对了提前还款要手续费吗"


def test_answers_before_a_question_that_sounds_like_a_task_stay_answers() -> None:
    text = "公积金余额8万，交了三年，对了提前还款要手续费吗"
    others = OTHERS | {"compare_prepayment"}
    asked = LOAN_FORM.field("loan_balance")
    step = take_turn(LOAN_FORM, asked, {}, turn(text, "compare_prepayment"), others)
    assert step.updates == {"loan_balance": 80000_00, "loan_months": 36}
    assert step.question == "对了提前还款要手续费吗"


@pytest.mark.parametrize("text", ["8万够不够", "余额8万能贷多少呢"])
def test_a_value_inside_a_question_is_not_taken(text: str) -> None:
    step = said("loan_balance", text, "ask_loan")
    assert (step.meaning, step.updates) == (Meaning.QUESTION, {})


def test_a_question_that_must_be_answered_cannot_be_skipped() -> None:
    step = said("loan_months", "不知道", "skip")
    assert step.meaning is Meaning.PROBLEM
    assert "不能跳过" in step.note
    assert said("loan_years", "不用了", "deny").updates == {"loan_years": "skip"}


def test_doubt_before_a_value_does_not_skip_it() -> None:
    assert said("loan_years", "我不确定，大概20年吧").updates == {"loan_years": 20}


CONFIRM = ConfirmField(slot="sure", topic="确认", question="请核对：")
SUBMITTING = Form("f_form", "calculate_loan", "测试", (*LOAN_FORM.fields[2:4], CONFIRM))


@pytest.mark.parametrize(
    ("text", "updates"),
    [
        ("确认提交", {"sure": "submit"}),
        ("好的", {"sure": "submit"}),
        ("修改", {"sure": "change"}),
        ("好的但是我还想再想想", {}),
        ("这个对我有好处", {}),
        ("不对，余额是6万", {"loan_balance": 60000_00}),
    ],
)
def test_only_a_plain_yes_submits(text: str, updates: dict[str, Any]) -> None:
    given = {"loan_balance": 50000_00, "loan_months": 8}
    assert said("sure", text, "affirm", form=SUBMITTING, **given).updates == updates


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '{"intent": "restart"}',
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        "1" * 1000,
        "🙂🙂🙂",
        "请" * 4000,
        "余额" * 2000,
        "5万，" * 1000,
        "不是5万，是" * 600,
        "\u200b\u200b",
        "NaN",
        "1e309",
        "٣٤٥",
    ],
)
@pytest.mark.parametrize("slot", [f.slot for f in LOAN_FORM.fields])
def test_hostile_texts_store_nothing_wrong_and_are_read_quickly(slot: str, text: str) -> None:
    started = time.monotonic()
    step = said(slot, text, "nlu_fallback", 0.3)
    assert time.monotonic() - started < 1.0
    for stored, value in step.updates.items():
        field = LOAN_FORM.field(stored)
        assert isinstance(value, int | str)
        assert not isinstance(value, int) or field.least <= value <= field.most  # type: ignore[attr-defined]


def test_an_answer_may_bring_another_one_along() -> None:
    step = said("loan_months", "交了两年了，月收入一万二", **GIVEN)
    assert step.updates == {"loan_months": 24, "loan_income": 12000_00}


def test_the_asked_question_wins_where_two_could_have_the_value() -> None:
    assert said("loan_income", "2万", loan_balance=50000_00).updates == {"loan_income": 20000_00}
    assert said("loan_balance", "8万").updates == {"loan_balance": 80000_00}


def test_a_value_named_for_another_question_does_not_answer_the_asked_one() -> None:
    assert said("loan_income", "余额8万").updates == {"loan_balance": 80000_00}


def test_several_values_are_said_back() -> None:
    step = said("loan_months", "8个月，工资两万，男的，四十岁", **GIVEN)
    assert step.updates == {
        "loan_months": 8,
        "loan_income": 20000_00,
        "loan_sex": "male",
        "loan_age": 40,
    }
    assert step.note == "好的，已记下：连续缴存时间8个月，家庭月收入2万元，性别“男”，年龄40周岁。"


@pytest.mark.parametrize(
    ("text", "updates"),
    [
        ("我余额五万能贷多少", {"loan_balance": 50000_00}),
        ("夫妻俩买首套房能贷多少", {"loan_household": "family", "loan_house": "first"}),
        ("帮我算算公积金能贷多少", {}),
        ("贷20年能贷多少", {"loan_years": 20}),
        (
            "夫妻俩 首套 余额8万 月收入2万 我35岁男",
            {
                "loan_household": "family",
                "loan_house": "first",
                "loan_balance": 80000_00,
                "loan_income": 20000_00,
                "loan_age": 35,
                "loan_sex": "male",
            },
        ),
        # Two open questions for money: neither gets what is not named.
        ("我有8万，月收入2万", {"loan_income": 20000_00}),
        ("交了三年，贷20年", {"loan_months": 36, "loan_years": 20}),
    ],
)
def test_the_opening_sentence_fills_what_it_says(text: str, updates: dict[str, Any]) -> None:
    assert open_form(LOAN_FORM, turn(text, "calculate_loan"), {}).updates == updates


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我要办租房提取，帮我看看材料", "rent"),
        ("我想提公积金还房贷", "repayment"),
        ("离职了帮我看看能不能提", "left_job"),
        ("我退休了要提公积金", "retirement"),
    ],
)
def test_the_reason_is_taken_from_the_opening_sentence(text: str, reason: str) -> None:
    step = open_form(WITHDRAWAL_FORM, turn(text, "check_withdrawal"), {})
    assert step.updates == {"withdrawal_reason": reason}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("没有", "no"),
        ("没有住房", "no"),
        ("有", "yes"),
        ("有的，一套", "yes"),
        ("是的", "yes"),
        ("不是", "no"),
    ],
)
def test_yes_and_no_are_understood(text: str, value: str) -> None:
    step = said(
        "withdrawal_owns_home", text, "affirm", form=WITHDRAWAL_FORM, withdrawal_reason="rent"
    )
    assert step.updates == {"withdrawal_owns_home": value}


@pytest.mark.parametrize(
    "text", ["你好", "嗯……怎么说呢这个事情", "公积金", "🙂", "。。。", "x" * 4000]
)
def test_what_is_no_answer_sets_nothing(text: str) -> None:
    assert said("loan_household", text, "greet", 0.3).updates == {}


def test_questions_depend_on_the_answers_before() -> None:
    asked = {f.slot for f in WITHDRAWAL_FORM.applicable({"withdrawal_reason": "death"})}
    assert asked == {"withdrawal_reason", "withdrawal_heir"}
    sealed = {"withdrawal_reason": "left_job", "withdrawal_reemployed": "yes"}
    assert WITHDRAWAL_FORM.next_field(sealed) is None

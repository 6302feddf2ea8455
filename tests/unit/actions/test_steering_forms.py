"""Ways out of a form, steps back, several values in one sentence, and texts that want to do harm."""

from __future__ import annotations

from typing import Any

import pytest

from actions.forms.dialogue import Meaning, open_form, take_turn
from actions.forms.entries import ConfirmField
from actions.forms.form import Form
from actions.tasks.loan.form import LOAN_FORM
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from tests.unit.actions.saying import GIVEN, OTHERS, said, turn


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
def test_hostile_texts_store_nothing_wrong(slot: str, text: str) -> None:
    step = said(slot, text, "nlu_fallback", 0.3)
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

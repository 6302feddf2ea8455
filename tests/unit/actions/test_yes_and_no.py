"""Which words say yes or no to which question: 办了 fits what can be done, not what can be owned."""

from __future__ import annotations

import pytest

from actions.forms.choices import NAMELESS
from actions.forms.dialogue import Meaning, open_form
from actions.forms.form import Form
from actions.tasks.ticket.form import TICKET_FORM
from actions.tasks.transfer.form import TRANSFER_FORM
from actions.tasks.unemployment.form import UNEMPLOYMENT_FORM
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from tests.unit.actions.saying import said, turn

REASONS = {
    "withdrawal_owns_home": "rent",
    "withdrawal_self_use": "purchase",
    "withdrawal_recent_purchase": "purchase",
    "withdrawal_loan_owner": "repayment",
    "withdrawal_repaid_recently": "repayment",
    "withdrawal_retired": "retirement",
    "withdrawal_reemployed": "left_job",
    "withdrawal_emigrated": "emigration",
    "withdrawal_approved": "building",
    "withdrawal_disabled": "disability",
    "withdrawal_contract_ended": "disability",
    "withdrawal_heir": "death",
}
FORMS = {
    "withdrawal": WITHDRAWAL_FORM,
    "unemployment": UNEMPLOYMENT_FORM,
    "transfer": TRANSFER_FORM,
    "ticket": TICKET_FORM,
}


def answer(slot: str, text: str) -> str | None:
    form: Form = FORMS[slot.partition("_")[0]]
    given = {"withdrawal_reason": REASONS[slot]} if slot in REASONS else {"transfer_kind": "fund"}
    updates = said(slot, text, "nlu_fallback", form=form, **given).updates
    assert set(updates) <= {slot}
    return updates.get(slot)


@pytest.mark.parametrize("text", ["办了", "办好了", "已经办了", "满了", "可以", "属于", "好的"])
def test_what_is_done_says_nothing_about_owning_a_home(text: str) -> None:
    step = said("withdrawal_owns_home", text, "nlu_fallback", form=WITHDRAWAL_FORM,
                withdrawal_reason="rent")  # fmt: skip
    assert step.meaning is Meaning.UNCLEAR
    assert not step.updates


@pytest.mark.parametrize("slot", [*REASONS, "unemployment_registered", "transfer_paying"])
def test_a_plain_yes_or_no_answers_every_question(slot: str) -> None:
    for text in ("是", "是的", "对", "嗯", "没错", "有"):
        assert answer(slot, text) == "yes"
    for text in ("不是", "没有", "没", "不", "无"):
        assert answer(slot, text) == "no"


@pytest.mark.parametrize(
    "slot",
    [
        "withdrawal_repaid_recently", "withdrawal_retired", "withdrawal_emigrated",
        "withdrawal_approved", "withdrawal_disabled", "withdrawal_contract_ended",
        "unemployment_registered", "transfer_paying",
    ],
)  # fmt: skip
def test_done_answers_what_can_be_done(slot: str) -> None:
    for text in ("办了", "办好了", "已经办了", "已办"):
        assert answer(slot, text) == "yes"
    for text in ("没办", "没办好", "还没办好", "没有办好", "正在办"):
        assert answer(slot, text) == "no"


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("withdrawal_retired", "年龄满了", "yes"),
        ("withdrawal_retired", "年龄没满", "no"),
        ("withdrawal_recent_purchase", "不满一年", "yes"),
        ("withdrawal_recent_purchase", "满了一年了", "no"),
        ("withdrawal_self_use", "属于", "yes"),
        ("withdrawal_heir", "不属于", "no"),
        ("withdrawal_reemployed", "已经", "yes"),
        ("unemployment_registered", "愿意", "yes"),
        ("unemployment_registered", "不可以", "no"),
        ("ticket_urge", "好的", "yes"),
        ("ticket_urge", "可以", "yes"),
        ("ticket_urge", "不用", "no"),
    ],
)
def test_other_words_answer_the_questions_they_fit(slot: str, text: str, value: str) -> None:
    assert answer(slot, text) == value


@pytest.mark.parametrize("text", sorted(NAMELESS))
def test_said_alone_they_answer_no_question_that_was_not_asked(text: str) -> None:
    for form in FORMS.values():
        assert open_form(form, turn(text), {}).updates == {}

"""Who may withdraw, who may not, and why."""

from __future__ import annotations

from typing import Any

import pytest

from actions.forms.dialogue import open_form
from actions.forms.fields import Read
from actions.region import RegionNumbers
from actions.tasks.withdrawal.form import REASON, WITHDRAWAL_FORM
from actions.tasks.withdrawal.judge import REASONS, judge_withdrawal
from actions.tasks.withdrawal.words import show_withdrawal
from core.conversation.content import ChoicesContent
from tests.unit.actions.saying import turn

ELIGIBLE: dict[str, dict[str, Any]] = {
    "rent": {
        "withdrawal_owns_home": "no",
        "withdrawal_months": 3,
        "withdrawal_rent_kind": "private",
    },
    "purchase": {"withdrawal_self_use": "yes", "withdrawal_recent_purchase": "yes"},
    "repayment": {"withdrawal_loan_owner": "yes", "withdrawal_repaid_recently": "no"},
    "retirement": {"withdrawal_retired": "yes"},
    "left_job": {"withdrawal_reemployed": "no", "withdrawal_sealed_months": 6},
    "emigration": {"withdrawal_emigrated": "yes"},
    "building": {"withdrawal_approved": "yes"},
    "decoration": {"withdrawal_own_home": "yes"},
    "property_fee": {"withdrawal_own_home": "yes"},
    "disability": {"withdrawal_disabled": "yes", "withdrawal_contract_ended": "yes"},
    "elevator": {"withdrawal_own_home": "yes"},
    "death": {"withdrawal_heir": "yes"},
    "hardship": {"withdrawal_hardship": "event"},
}
# For each reason, answers that each make it impossible.
FAILING: list[tuple[str, dict[str, Any]]] = [
    ("rent", {"withdrawal_owns_home": "yes"}),
    ("rent", {"withdrawal_months": 2}),
    ("purchase", {"withdrawal_self_use": "no"}),
    ("purchase", {"withdrawal_recent_purchase": "no"}),
    ("repayment", {"withdrawal_loan_owner": "no"}),
    ("repayment", {"withdrawal_repaid_recently": "yes"}),
    ("retirement", {"withdrawal_retired": "no"}),
    ("left_job", {"withdrawal_sealed_months": 5}),
    ("left_job", {"withdrawal_reemployed": "yes", "withdrawal_sealed_months": None}),
    ("emigration", {"withdrawal_emigrated": "no"}),
    ("building", {"withdrawal_approved": "no"}),
    ("decoration", {"withdrawal_own_home": "no"}),
    ("property_fee", {"withdrawal_own_home": "no"}),
    ("disability", {"withdrawal_disabled": "no"}),
    ("disability", {"withdrawal_contract_ended": "no"}),
    ("death", {"withdrawal_heir": "no"}),
    ("elevator", {"withdrawal_own_home": "no"}),
    ("hardship", {"withdrawal_hardship": "none"}),
]


@pytest.mark.parametrize("reason", REASONS)
def test_who_meets_the_conditions_may_withdraw(reason: str, region: RegionNumbers) -> None:
    verdict = judge_withdrawal({"withdrawal_reason": reason, **ELIGIBLE[reason]}, region)
    assert verdict.eligible
    assert verdict.grounds
    assert verdict.papers
    assert verdict.citations


@pytest.mark.parametrize(("reason", "answers"), FAILING)
def test_each_missing_condition_is_named(
    reason: str, answers: dict[str, Any], region: RegionNumbers
) -> None:
    given = {"withdrawal_reason": reason, **ELIGIBLE[reason], **answers}
    verdict = judge_withdrawal(given, region)
    assert not verdict.eligible
    assert len(verdict.obstacles) == 1


@pytest.mark.parametrize("reason", REASONS)
def test_the_form_asks_for_exactly_what_the_rule_needs(reason: str) -> None:
    answers = {"withdrawal_reason": reason, **ELIGIBLE[reason]}
    asked = {field.slot for field in WITHDRAWAL_FORM.applicable(answers)}
    assert asked == set(answers)


def test_every_reason_can_be_chosen() -> None:
    assert [option.value for option in REASON.choices] == list(REASONS)


def test_public_housing_needs_the_contract_and_private_housing_does_not(
    region: RegionNumbers,
) -> None:
    public = judge_withdrawal(
        {"withdrawal_reason": "rent", **ELIGIBLE["rent"], "withdrawal_rent_kind": "public"}, region
    )
    private = judge_withdrawal({"withdrawal_reason": "rent", **ELIGIBLE["rent"]}, region)
    assert any("租赁合同" in paper for paper in public.papers)
    assert not any("租赁合同" in paper for paper in private.papers)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("公积金取出来交首付", "purchase"), ("我想买房用公积金", "purchase"), ("想取公积金还月供", "repayment"),
        ("提公积金还商贷", "repayment"), ("房东涨价了，想提公积金交房租", "rent"), ("我退休了要取公积金", "retirement"),
        ("到龄了取公积金", "retirement"), ("辞职了想把公积金取出来", "left_job"), ("失业了取公积金", "left_job"),
        ("要移民国外了取公积金", "emigration"), ("老家盖房子取公积金", "building"), ("房子大修想取", "building"),
        ("装修想取公积金", "decoration"), ("交物业费取公积金", "property_fee"), ("老小区装电梯，取公积金", "elevator"),
        ("残疾干不了活了想取公积金", "disability"), ("老伴去世了，他的公积金怎么取", "death"),
        ("家里有人得大病，想取公积金", "hardship"), ("我是低保户，想取公积金", "hardship"),
    ],
)  # fmt: skip
def test_the_reason_is_heard_in_the_first_sentence(text: str, reason: str) -> None:
    step = open_form(WITHDRAWAL_FORM, turn(text, "check_withdrawal"), {})
    assert step.updates == {"withdrawal_reason": reason}


def test_what_the_place_must_allow_is_not_promised(region: RegionNumbers) -> None:
    for reason in ("hardship", "elevator"):
        (content,) = show_withdrawal({"withdrawal_reason": reason, **ELIGIBLE[reason]}, region)
        assert isinstance(content, ChoicesContent)
        assert "由当地公积金中心审核决定" in content.text
        assert "您符合" not in content.text


def test_a_message_has_room_for_the_buttons_and_the_rest_is_reached_by_words() -> None:
    assert len(REASON.options) == 12
    read = REASON.read("生活困难", ())
    assert isinstance(read, Read)
    assert read.value == "hardship"

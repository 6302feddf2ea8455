"""Builds the executor with every action of domain.yml. Called by `app`, which brings what the actions need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk.executor import ActionExecutor

from actions.form_actions import FormResultAction, StartOverAction, ValidateFormAction
from actions.forms.loan_form import LOAN_FORM
from actions.forms.withdrawal_form import WITHDRAWAL_FORM
from actions.knowledge import AnswerQuestion, KnowledgeAction
from actions.region import ReadRegion
from actions.results import show_loan, show_withdrawal
from actions.service import (
    AffirmAction,
    ByeAction,
    CancelTaskAction,
    FindServiceHallAction,
    HandOffAction,
    InformAction,
    OutOfScopeAction,
)
from core.conversation.business import BusinessGateway
from core.conversation.content import Content

FORMS = (LOAN_FORM, WITHDRAWAL_FORM)


@dataclass(frozen=True)
class Needs:
    """What the actions work with. `gateway` None: there is no business system."""

    answer: AnswerQuestion
    read_region: ReadRegion
    gateway: BusinessGateway | None
    default_region: str


def build_executor(needs: Needs) -> ActionExecutor:
    """All actions, registered under the names domain.yml uses."""
    region = needs.default_region

    def loan_result(answers: dict[str, Any], code: str) -> list[Content]:
        return show_loan(answers, needs.read_region(code))

    def withdrawal_result(answers: dict[str, Any], code: str) -> list[Content]:
        return show_withdrawal(answers, needs.read_region(code))

    halls = FindServiceHallAction(needs.gateway, needs.answer, region)
    executor = ActionExecutor()
    for action in (
        KnowledgeAction(needs.answer, region),
        HandOffAction(needs.answer, region),
        OutOfScopeAction(needs.answer, region),
        InformAction(needs.answer, region),
        AffirmAction(),
        CancelTaskAction(FORMS),
        ByeAction(FORMS),
        StartOverAction(FORMS),
        halls,
        *(ValidateFormAction(form, needs.answer, halls, region) for form in FORMS),
        FormResultAction("action_loan_result", LOAN_FORM, loan_result, region),
        FormResultAction("action_withdrawal_result", WITHDRAWAL_FORM, withdrawal_result, region),
    ):
        executor.register_action(action)
    return executor

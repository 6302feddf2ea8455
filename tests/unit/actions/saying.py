"""Says something inside a form, with the entities that the extractor in Rasa finds."""

from __future__ import annotations

from typing import Any

from actions.forms.dialogue import Step, Turn, take_turn
from actions.forms.fields import Entity
from actions.forms.form import Form
from actions.tasks.loan.form import LOAN_FORM
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


# What has been answered when a correction comes.
GIVEN = {"loan_household": "single", "loan_house": "first", "loan_balance": 50000_00}

"""A form: its questions in their order, and a task: the form with what happens when it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.forms.context import Finish, Prepare
from actions.forms.entries import ConfirmField
from actions.forms.fields import SKIP, Field


@dataclass(frozen=True)
class Form:
    """A form's questions in their order; `name` is its name in domain.yml, `intent` the one that opens it.

    `over_at`: the question put when everything was told already: who leaves there leaves nothing undone.
    """

    name: str
    intent: str
    title: str
    fields: tuple[Field, ...]
    over_at: str = ""

    def field(self, slot: str) -> Field:
        return next(f for f in self.fields if f.slot == slot)

    def applicable(self, answers: Mapping[str, Any]) -> list[Field]:
        """The questions that make sense after these answers."""
        return [
            f
            for f in self.fields
            if all(answers.get(slot) in allowed for slot, allowed in f.when.items())
        ]

    def next_field(self, answers: Mapping[str, Any]) -> Field | None:
        """The first question still open, or None when all are answered."""
        return next((f for f in self.applicable(answers) if answers.get(f.slot) is None), None)

    def wording(self, asked: Field, answers: Mapping[str, Any]) -> str:
        """The question as it is put; the last one before submitting shows every answer."""
        if not isinstance(asked, ConfirmField):
            return asked.question
        lines = (
            f"• {f.topic}：{f.show(answers[f.slot])}"
            for f in self.applicable(answers)
            if answers.get(f.slot) not in (None, SKIP) and f is not asked
        )
        return "\n".join([asked.question, *lines])


@dataclass(frozen=True)
class Task:
    """Something the bot does for a citizen. `business`: as articles and skill groups name it.

    `prepare`: what is known and said when the form opens.
    """

    form: Form
    finish: Finish
    business: str | None = None
    prepare: Prepare | None = None

    @property
    def result_action(self) -> str:
        """The action Rasa runs when the form is complete: loan_form -> action_loan_result."""
        return f"action_{self.form.name.removesuffix('_form')}_result"

"""How much the housing fund lends."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.loan.form import LOAN_FORM
from actions.tasks.loan.words import show_loan


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_loan(answers, context.region))


TASK = Task(LOAN_FORM, _finish, business="信贷")

"""How much the housing fund lends."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.loan.form import LOAN_FORM, prepare
from actions.tasks.loan.words import show_loan
from actions.tasks.retirement.calendar import Month


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    now = Month(context.now.year, context.now.month)
    return Outcome(show_loan(answers, context.region, now))


TASK = Task(LOAN_FORM, _finish, business="信贷", prepare=prepare)

"""Whether the housing fund may be withdrawn, and with which papers."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.withdrawal.form import WITHDRAWAL_FORM
from actions.tasks.withdrawal.words import show_withdrawal


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_withdrawal(answers, context.region))


TASK = Task(WITHDRAWAL_FORM, _finish, business="提取")

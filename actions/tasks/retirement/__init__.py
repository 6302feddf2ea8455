"""When somebody may retire under the 2025 reform, and how long contributions must have been paid by then."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.retirement.calendar import Month
from actions.tasks.retirement.form import RETIREMENT_FORM
from actions.tasks.retirement.words import show_retirement


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    now = Month(context.now.year, context.now.month)
    return Outcome(show_retirement(answers, context.region, now))


TASK = Task(RETIREMENT_FORM, _finish, business="养老")

"""What a flexible worker pays a month into pension, medical insurance and the housing fund."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.flexible.form import FLEXIBLE_FORM
from actions.tasks.flexible.words import show_flexible


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_flexible(answers, context.region))


TASK = Task(FLEXIBLE_FORM, _finish, business="灵活就业")

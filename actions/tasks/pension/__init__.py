"""About how much pension somebody will get a month."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.pension.form import PENSION_FORM
from actions.tasks.pension.words import show_pension


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_pension(answers, context.region))


TASK = Task(PENSION_FORM, _finish, business="养老")

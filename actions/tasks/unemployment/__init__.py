"""Whether the unemployment benefit may be drawn, and for how many months at most."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.unemployment.form import UNEMPLOYMENT_FORM
from actions.tasks.unemployment.words import show_unemployment


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_unemployment(answers, context.region))


TASK = Task(UNEMPLOYMENT_FORM, _finish, business="失业")

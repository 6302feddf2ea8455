"""Guides through a transfer of the fund account or of social insurance to another city; nothing is submitted."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.transfer.form import TRANSFER_FORM
from actions.tasks.transfer.words import show_transfer


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(show_transfer(answers))


TASK = Task(TRANSFER_FORM, _finish, business="转移接续")

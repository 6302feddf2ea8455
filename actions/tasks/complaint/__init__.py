"""Registers a complaint: the engine files the ticket and tells its number. Whoever just vents gets a person instead."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.tasks.complaint.form import COMPLAINT_FORM
from actions.tasks.complaint.words import choices, ticket, told
from core.conversation.content import ChoicesContent


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome(
        [ChoicesContent(text=told(answers), choices=choices(answers))], [ticket(answers)]
    )


TASK = Task(COMPLAINT_FORM, _finish)

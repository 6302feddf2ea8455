"""All tasks of the bot. A new one: its folder, its line here, its slots, form and actions in domain.yml, its rules."""

from __future__ import annotations

from actions.forms.form import Task
from actions.tasks import loan, retirement, withdrawal

TASKS: tuple[Task, ...] = (
    loan.TASK,
    withdrawal.TASK,
    retirement.TASK,
)

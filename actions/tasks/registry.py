"""All tasks of the bot. A new one: its folder, its line here, its slots, form and actions in domain.yml, its rules."""

from __future__ import annotations

from actions.forms.form import Task
from actions.tasks import (
    appointment,
    appointment_cancel,
    balance,
    complaint,
    flexible,
    loan,
    loan_progress,
    pension,
    prepayment,
    records,
    repayment,
    retirement,
    ticket,
    transfer,
    unemployment,
    withdrawal,
    withdrawal_progress,
)

TASKS: tuple[Task, ...] = (
    loan.TASK,
    repayment.TASK,
    prepayment.TASK,
    withdrawal.TASK,
    retirement.TASK,
    unemployment.TASK,
    pension.TASK,
    flexible.TASK,
    balance.TASK,
    records.TASK,
    loan_progress.TASK,
    withdrawal_progress.TASK,
    appointment.TASK,
    appointment_cancel.TASK,
    complaint.TASK,
    ticket.TASK,
    transfer.TASK,
)

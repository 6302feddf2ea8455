"""Remembers the appointment booked last in this conversation, so that it can be cancelled without its number.

Number and phone stand sealed in Rasa's slot, readable only here, in this conversation and until the appointment.
"""

from __future__ import annotations

from actions.forms.context import TaskContext
from core.conversation.business import Appointment

_NAME = "appointment"
# Nothing to offer any more: it is cancelled.
FORGOTTEN = {_NAME: ""}


def remember(booked: Appointment, phone: str, context: TaskContext) -> dict[str, str]:
    """For Outcome.remember."""
    values = {"number": booked.number, "phone": phone}
    return {_NAME: context.seal.close(_NAME, context.sender, values, booked.end)}


def booked_last(context: TaskContext) -> tuple[str, str] | None:
    """Number and phone, None when nothing was booked here or its time is over."""
    opened = context.seal.open(_NAME, context.sender, context.remembered.get(_NAME), context.now)
    return (opened[0]["number"], opened[0]["phone"]) if opened else None

"""Books a place at a service hall: hall, day and time from the business system, then name and phone."""

from __future__ import annotations

import hashlib
from typing import Any

from actions.forms.context import Answers, Outcome, Prepared, TaskContext
from actions.forms.fields import Read
from actions.forms.form import Task
from actions.forms.turn import Turn
from actions.tasks.appointment import words
from actions.tasks.appointment.fields import show_day
from actions.tasks.appointment.form import APPOINTMENT_FORM
from actions.tasks.appointment.memory import remember
from actions.tasks.appointment.offers import (
    AFFAIR,
    BUSINESS,
    CONFIRM,
    DAY,
    HALL,
    NAME,
    PHONE,
    SLOT,
    gateway_of,
)
from core.conversation.business_errors import (
    AlreadyBooked,
    HallNotFound,
    RequestRefused,
    SlotTaken,
)
from core.conversation.content import TextContent
from core.errors import Unavailable


def _prepare(turn: Turn, context: TaskContext) -> Prepared:
    """The affair, the place and the time that were asked for; offers.py holds them against what is free."""
    gateway_of(context)
    wished: dict[str, Any] = {}
    for slot in (AFFAIR, HALL, DAY, SLOT):
        read = APPOINTMENT_FORM.field(slot).read(turn.text, turn.entities)
        if isinstance(read, Read):
            wished[slot] = read.value
    if DAY in wished and wished[DAY] < context.now.date().isoformat():
        return Prepared(note=f"{show_day(wished.pop(DAY))}已经过去了，请另选一天。")
    times = [
        APPOINTMENT_FORM.field(slot).show(wished[slot]) for slot in (DAY, SLOT) if slot in wished
    ]
    return Prepared(wished, f"您想约{'，'.join(times)}，我来看看有没有空位。" if times else "")


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    try:
        booked = await gateway_of(context).book(
            answers[SLOT]["id"], answers[NAME], answers[PHONE], answers[BUSINESS], booking_key(answers)
        )  # fmt: skip
    except SlotTaken:
        return await _taken(answers, context)
    except AlreadyBooked:
        return Outcome(words.show_already())
    except HallNotFound as refusal:
        return _again(refusal.message, {HALL: None, DAY: None, SLOT: None})
    except RequestRefused as refusal:
        return _again(refusal.message, {NAME: None, PHONE: None})
    except Unavailable:
        # The system may have booked it all the same; the key makes another try safe.
        raise Unavailable(words.UNCERTAIN, part="business_system") from None
    shown = words.show_booked(booked, answers[AFFAIR])
    return Outcome(shown, remember=remember(booked, answers[PHONE], context))


def booking_key(answers: Answers) -> str:
    """The same for the same booking of one run of the form, however often it is submitted."""
    parts = [
        answers[SLOT]["key"],
        answers[SLOT]["id"],
        *(answers[n] for n in (NAME, PHONE, BUSINESS)),
    ]
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


async def _taken(answers: Answers, context: TaskContext) -> Outcome:
    """Somebody else was quicker: the remaining times of the day, or another day."""
    days = await gateway_of(context).open_days(answers[HALL]["id"], answers[BUSINESS])
    left = any(one.day.isoformat() == answers[DAY] for one in days)
    text = words.taken(answers[HALL], answers[SLOT], answers[DAY], left)
    return _again(text, {SLOT: None} if left else {SLOT: None, DAY: None})


def _again(text: str, cleared: dict[str, Any]) -> Outcome:
    return Outcome([TextContent(text=text)], reopen={**cleared, CONFIRM: None})


TASK = Task(APPOINTMENT_FORM, _finish, prepare=_prepare)

"""The deadline of a left message: a reminder before and an alert after, once each, by due rows; restarts lose none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.events import (
    SUPERVISOR_ROOM,
    AlertRaised,
    Audience,
    Event,
    agent_room,
    queue_room,
)
from core.timers.repository import cancel_timer, set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.hours.service import calendar, duty_hours
from handoff.left_messages import repository
from handoff.left_messages.deadlines import due_at
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.settings import CONFIG_NAME, LeftMessageSettings
from handoff.left_messages.status import OWED
from handoff.texts import fill

WARN_TIMER, DUE_TIMER = "left_message.warn", "left_message.due"


async def settings(session: AsyncSession) -> LeftMessageSettings:
    return await get_config(session, CONFIG_NAME, LeftMessageSettings)


def spoken(due: datetime) -> str:
    """A deadline in words: 11月24日17:00, and midnight as the end of the day before."""
    local = due.astimezone(LOCAL_ZONE)
    if local.hour == local.minute == 0:
        local -= timedelta(minutes=1)
        return f"{local.month}月{local.day}日24:00"
    return f"{local.month}月{local.day}日{local:%H:%M}"


async def start(uow: UnitOfWork, row: LeftMessage) -> None:
    """The citizen waits for an answer from now on. A running clock goes on: who adds a word waits no longer for it."""
    if row.due_at is not None:
        return
    rules, now = await settings(uow.session), uow.clock.now()
    hours = await duty_hours(uow.session, row.inbox_id)
    days = await calendar(uow.session)
    row.due_at = due_at(now.astimezone(LOCAL_ZONE), rules.answer_workdays, days, hours)
    payload = {"due": row.due_at.astimezone(LOCAL_ZONE).isoformat()}
    await set_timer(uow, DUE_TIMER, row.id, row.due_at, payload)
    warn_at = row.due_at - timedelta(minutes=rules.warn_minutes)
    if rules.warn_minutes and warn_at > now:
        await set_timer(uow, WARN_TIMER, row.id, warn_at, payload)


async def stop(uow: UnitOfWork, row: LeftMessage) -> None:
    """Nothing is owed any more."""
    row.due_at = None
    for kind in (WARN_TIMER, DUE_TIMER):
        await cancel_timer(uow, kind, row.id)


async def warn(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: whoever can answer is reminded."""
    row = await _owed(uow, subject, payload)
    if row is not None:
        text = (await settings(uow.session)).warning
        _alert(uow, row, "left_message_due_soon", text, _those_who_answer(row))


async def overdue(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: they and the supervisors are told that it is too late."""
    row = await _owed(uow, subject, payload)
    if row is not None:
        text = (await settings(uow.session)).overdue
        rooms = _those_who_answer(row) | {SUPERVISOR_ROOM}
        _alert(uow, row, "left_message_overdue", text, rooms)


async def _owed(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> LeftMessage | None:
    """The left message, if its answer is still owed by the time the timer was set for."""
    row = await repository.lock(uow.session, subject)
    if row is None or row.status not in OWED or row.due_at is None:
        return None
    return row if row.due_at == datetime.fromisoformat(payload["due"]) else None


def _those_who_answer(row: LeftMessage) -> set[str]:
    return {agent_room(row.claimed_by) if row.claimed_by else queue_room(row.group_id)}


def _alert(uow: UnitOfWork, row: LeftMessage, code: str, text: str, rooms: set[str]) -> None:
    assert row.due_at is not None
    alert = AlertRaised(
        code=code,
        message=fill(text, number=row.number, due=spoken(row.due_at)),
        details={
            "left_message_id": row.id, "number": row.number,
            "conversation_id": row.conversation_id, "agent_id": row.claimed_by,
        },
    )  # fmt: skip
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms))))


def timer_handlers() -> dict[str, TimerHandler]:
    async def lock(uow: UnitOfWork, subject: str) -> None:
        await repository.lock(uow.session, subject)

    return {WARN_TIMER: TimerHandler(warn, lock=lock), DUE_TIMER: TimerHandler(overdue, lock=lock)}

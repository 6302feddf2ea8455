"""Counts the running clocks anew when a policy, the duty hours or the calendar has changed, ticket by ticket.

A timer compares what the clocks are counted by with what they were counted by last, whatever way it was changed: in
the console, by an import, by a restored backup, by a new version that ships another calendar. Then it goes through the
tickets under way, some hundred in a transaction; how far it has come is in the database.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.configs import ConfigRow, get_config
from core.timers.models import Timer
from core.timers.repository import cancel_timers, set_timer, set_timers
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.hours.settings import (
    CALENDAR_CONFIG,
    HOURS_CONFIG,
    CalendarSettings,
    HoursSettings,
)
from handoff.hours.statutory import shipped
from handoff.tickets.deadlines import rows
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.service import DEADLINE_TIMER, counted, rules, told_by_history
from handoff.tickets.deadlines.settings import CONFIG_NAME, DeadlineSettings
from handoff.tickets.history import Step, record_all
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import UNDER_WAY, TicketStatus, TicketStep
from handoff.tickets.types import reading

TIMER, _SUBJECT = "ticket.recalculation", "all"
STATE = "handoff.ticket_recalculation"
EVERY = timedelta(seconds=30)
BATCH = 200
Cause = Literal["policies", "hours", "calendar"]
_WORDS: dict[Cause, str] = {"policies": "时限规则", "hours": "服务时间", "calendar": "节假日"}


class DeadlineRecalculation(BaseModel):
    """How the last one went. `checked` tickets under way, `changed` of them are due at another time now."""

    causes: list[Cause] = []
    started_at: datetime | None = None
    finished_at: datetime | None = None
    checked: int = 0
    changed: int = 0


class State(DeadlineRecalculation):
    """With what it is counted by, and the ticket it has come to."""

    marks: dict[Cause, str] = {}
    after: str | None = None


async def last(session: AsyncSession) -> DeadlineRecalculation:
    return DeadlineRecalculation.model_validate((await _state(session)).model_dump())


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def soon(uow: UnitOfWork) -> None:
    """Look as soon as this is committed: somebody waits in front of the page."""
    await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def go_on(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: begin when something has changed, and go on with what has begun."""
    now, state = uow.clock.now(), await _state(uow.session)
    marks = await _marks(uow.session)
    if marks != state.marks:
        causes = [cause for cause in marks if marks[cause] != state.marks.get(cause)]
        state = State(marks=marks, causes=causes, started_at=now, after="")
    if state.after is None:
        await set_timer(uow, TIMER, subject, now + EVERY)
        return
    tickets = await _some(uow.session, state.after)
    state.checked += len(tickets)
    state.changed += await _recount(uow, tickets, state.causes)
    if len(tickets) == BATCH:
        state.after = tickets[-1].id
    else:
        state.after, state.finished_at = None, now
        audit.record(
            uow, actor="system", action="ticket.recalculated", subject="tickets",
            checked=state.checked, changed=state.changed,
        )  # fmt: skip
    await uow.session.merge(
        ConfigRow(
            name=STATE, value=state.model_dump(mode="json"), updated_at=now, updated_by="system"
        )
    )
    await set_timer(uow, TIMER, subject, now if state.after is not None else now + EVERY)


async def _recount(uow: UnitOfWork, tickets: Sequence[Ticket], causes: Sequence[Cause]) -> int:
    """Count these anew; how many are due at another time. Each of those has it in its history."""
    ids = [ticket.id for ticket in tickets]
    known = await rows.of_tickets(uow.session, ids)
    histories = await _histories(uow.session, ids)
    types = await reading.of_tickets(uow.session, tickets)
    by = await rules(uow.session, uow)
    steps, looked = [], {}
    for ticket in tickets:
        before = _due_times(known.get(ticket.id, []))
        type_ = types.get((ticket.type, ticket.type_version))
        clocks = told_by_history(histories[ticket.id])
        written = counted(
            uow, ticket, clocks, known.get(ticket.id, []), by, type_.definition if type_ else None
        )
        changes = _changes(before, _due_times(written))
        if changes:
            words = "、".join(_WORDS[cause] for cause in causes)
            steps.append(
                Step(
                    ticket, TicketStep.RESCHEDULE, TicketStatus(ticket.status), "system", "系统",
                    f"{words}有变动，重新计算了到期时间。", {"causes": list(causes), "changes": changes},
                )
            )  # fmt: skip
        looked[ticket.id] = by.agenda.next_look(written)
    await record_all(uow, steps)
    await set_timers(uow, DEADLINE_TIMER, {key: at for key, at in looked.items() if at is not None})
    await cancel_timers(uow, DEADLINE_TIMER, [key for key, at in looked.items() if at is None])
    return len(steps)


def _due_times(deadlines: Sequence[TicketDeadline]) -> dict[str, str | None]:
    """What is owed, by target, with its time; what stands still has none."""
    return {
        row.target: row.due_at.isoformat() if row.due_at is not None else None
        for row in deadlines
        if rows.is_owed(row)
    }


def _changes(
    before: dict[str, str | None], after: dict[str, str | None]
) -> list[dict[str, str | None]]:
    """`old` or `new` missing: nothing was, or is, promised."""
    return [
        {"target": target, "old": before.get(target), "new": after.get(target)}
        for target in sorted({*before, *after})
        if before.get(target) != after.get(target) or (target in before) != (target in after)
    ]


async def _some(session: AsyncSession, after: str) -> list[Ticket]:
    """The next tickets under way, locked in the order of their ids, as everybody locks several."""
    query = select(Ticket).where(Ticket.status.in_([each.value for each in UNDER_WAY]))
    if after:
        query = query.where(Ticket.id > after)
    found = await session.scalars(query.order_by(Ticket.id).limit(BATCH).with_for_update())
    return list(found)


async def _histories(
    session: AsyncSession, ticket_ids: Sequence[str]
) -> dict[str, list[TicketHistory]]:
    query = select(TicketHistory).where(TicketHistory.ticket_id.in_(ticket_ids))
    found: dict[str, list[TicketHistory]] = defaultdict(list)
    for step in await session.scalars(query.order_by(TicketHistory.version)):
        found[step.ticket_id].append(step)
    return found


async def _state(session: AsyncSession) -> State:
    row = await session.get(ConfigRow, STATE)
    return State() if row is None else State.model_validate(row.value)


async def _marks(session: AsyncSession) -> dict[Cause, str]:
    """What the clocks are counted by, as short marks."""
    policies = await get_config(session, CONFIG_NAME, DeadlineSettings)
    hours = await get_config(session, HOURS_CONFIG, HoursSettings)
    calendar = (await get_config(session, CALENDAR_CONFIG, CalendarSettings)).over(shipped())
    days = [sorted(calendar.off), sorted(calendar.makeup), sorted(calendar.years)]
    schedules = [each.model_dump_json() for each in hours.schedules]
    return {
        "policies": _mark(policies.model_dump_json()),
        "hours": _mark(repr([hours.usual, schedules])),
        "calendar": _mark(repr(days)),
    }


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(go_on)}

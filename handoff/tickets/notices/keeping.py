"""Forgets notices after a quarter of a year: a timer, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.notices.models import TicketNotice

TIMER, _SUBJECT = "ticket.notices", "all"
KEPT, EVERY, SOON = timedelta(days=92), timedelta(days=1), timedelta(seconds=1)
BATCH = 2000


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler. Ids are in the order of time, so that the oldest are found without a search."""
    oldest = select(TicketNotice.id, TicketNotice.at).order_by(TicketNotice.id).limit(BATCH)
    until = uow.clock.now() - KEPT
    gone = [row.id for row in await uow.session.execute(oldest) if row.at < until]
    if gone:
        await uow.session.execute(delete(TicketNotice).where(TicketNotice.id.in_(gone)))
    wait = SOON if len(gone) == BATCH else EVERY
    await set_timer(uow, TIMER, subject, uow.clock.now() + wait)


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(forget)}

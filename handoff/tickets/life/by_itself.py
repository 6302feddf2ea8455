"""What tickets do by themselves: what was resolved some days ago is closed."""

from __future__ import annotations

from typing import Any

from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.tickets.life import stepping
from handoff.tickets.life.closing import CLOSE_TIMER
from handoff.tickets.life.who import System
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.repository import ticket_for_update
from handoff.tickets.status import TicketStatus, TicketStep


async def close(uow: UnitOfWork, ticket_id: str, payload: dict[str, Any]) -> None:
    """Timer handler."""
    ticket = await ticket_for_update(uow.session, ticket_id)
    if ticket is not None and ticket.status == TicketStatus.RESOLVED:
        await stepping.step(uow, ticket, TicketStep.CLOSE, StepWrite(), System())


def timer_handlers() -> dict[str, TimerHandler]:
    async def lock(uow: UnitOfWork, ticket_id: str) -> None:
        await ticket_for_update(uow.session, ticket_id)

    return {CLOSE_TIMER: TimerHandler(close, lock=lock)}

"""Which steps the citizen is told of, and the due row that sees to it; telling.py does it."""

from __future__ import annotations

from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStep

TELL_TIMER = "ticket.tell"
TOLD = frozenset({TicketStep.REPLY, TicketStep.ASK, TicketStep.RESOLVE, TicketStep.MERGE})


async def arm(uow: UnitOfWork, ticket: Ticket) -> None:
    """Tell the citizen of the step that was just written. In a transaction of its own: a conversation is locked before
    what hangs on it, and here the ticket is locked already."""
    await set_timer(uow, TELL_TIMER, f"{ticket.id}/{ticket.version}", uow.clock.now())

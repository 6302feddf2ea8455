"""Tells citizens' open windows that a ticket of theirs has moved. Called by history.py, in the step's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.conversation.models import Conversation
from core.events import Audience, Event, TicketUpdated, contact_room, ticket_room
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.progress import milestone
from handoff.tickets.status import TicketStatus


async def tell(uow: UnitOfWork, rows: Sequence[tuple[Ticket, TicketHistory]]) -> None:
    """A hint, without what was done: who works on it and how it is reviewed is the office's own affair."""
    concern = [
        (ticket, row)
        for ticket, row in rows
        if milestone(row.step, row.from_status, row.to_status) or row.from_status != row.to_status
    ]
    inboxes = await _inboxes(uow, [ticket for ticket, _ in concern])
    for ticket, row in concern:
        rooms = {ticket_room(ticket.id)}
        inbox = inboxes.get(ticket.conversation_id or "")
        if inbox is not None and ticket.contact_id is not None:
            rooms.add(contact_room(ticket.contact_id, inbox))
        news = TicketUpdated(
            id=ticket.id, number=ticket.number, status=TicketStatus(ticket.status).value,
            version=row.version, step="",
        )  # fmt: skip
        uow.publish(Event("ticket.updated", news, Audience(visitor_rooms=frozenset(rooms))))


async def _inboxes(uow: UnitOfWork, tickets: Sequence[Ticket]) -> dict[str, str]:
    """The inboxes in which they were filed, by conversation."""
    ids = {each.conversation_id for each in tickets if each.conversation_id and each.contact_id}
    if not ids:
        return {}
    rows = await uow.session.execute(
        select(Conversation.id, Conversation.inbox_id).where(Conversation.id.in_(ids))
    )
    return {row.id: row.inbox_id for row in rows}

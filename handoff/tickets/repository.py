"""Queries of tickets and their history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import canonical
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.numbers import PATTERN
from handoff.tickets.status import TicketStatus


@dataclass(frozen=True)
class TicketFilter:
    """What to list; None does not filter. The lists of the desk, with their searches, are listing/'s."""

    status: TicketStatus | None = None
    assignee_id: str | None = None
    conversation_id: str | None = None
    contact_id: str | None = None


async def ticket_for_update(session: AsyncSession, ticket_id: str) -> Ticket | None:
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    return await session.scalar(query, execution_options={"populate_existing": True})


async def by_number(session: AsyncSession, number: str) -> Ticket | None:
    """As people write it; None for what is no number."""
    wanted = number.strip().upper()
    if not PATTERN.match(wanted):
        return None
    return await session.scalar(select(Ticket).where(Ticket.number == wanted))


async def by_number_or_id(session: AsyncSession, text: str) -> Ticket | None:
    """As people write numbers, and programs ids."""
    try:
        return await session.get(Ticket, canonical(text.strip()))
    except ValueError:
        return await by_number(session, text)


async def page(
    session: AsyncSession,
    wanted: TicketFilter,
    seen: ColumnElement[bool] | None = None,
    *,
    after: str | None,
    limit: int,
) -> list[Ticket]:
    """Tickets, newest first, older than `after`, of those that `seen` leaves (access.readable).

    Ids are UUIDv7, so that the primary key is the order of filing and paging never skips.
    """
    query = select(Ticket)
    if seen is not None:
        query = query.where(seen)
    if wanted.status is not None:
        query = query.where(Ticket.status == wanted.status)
    if wanted.assignee_id is not None:
        query = query.where(Ticket.assignee_id == wanted.assignee_id)
    if wanted.conversation_id is not None:
        query = query.where(Ticket.conversation_id == wanted.conversation_id)
    if wanted.contact_id is not None:
        query = query.where(Ticket.contact_id == wanted.contact_id)
    if after is not None:
        query = query.where(Ticket.id < after)
    return list((await session.scalars(query.order_by(Ticket.id.desc()).limit(limit))).all())


async def history(session: AsyncSession, ticket_id: str) -> list[TicketHistory]:
    query = select(TicketHistory).where(TicketHistory.ticket_id == ticket_id)
    return list((await session.scalars(query.order_by(TicketHistory.version))).all())


async def merged_into(session: AsyncSession, ticket_id: str) -> list[str]:
    """The ids of its duplicates, and of theirs; a circle, which cannot be, would end the walk."""
    found: list[str] = []
    layer = [ticket_id]
    while layer:
        query = select(Ticket.id).where(Ticket.merged_into_id.in_(layer)).order_by(Ticket.id)
        layer = [each for each in await session.scalars(query) if each not in found]
        found += layer
    return found


async def last_step(session: AsyncSession, ticket_id: str) -> TicketHistory | None:
    query = select(TicketHistory).where(TicketHistory.ticket_id == ticket_id)
    return await session.scalar(query.order_by(TicketHistory.version.desc()).limit(1))


async def conversation_of(session: AsyncSession, number: str) -> str | None:
    """The conversation in which the ticket was filed."""
    return await session.scalar(select(Ticket.conversation_id).where(Ticket.number == number))

"""Queries of tickets and their history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.conversation.models import Contact
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.numbers import PATTERN
from handoff.tickets.status import TicketStatus

# A ticket with the names of assignee and contact.
Listed = tuple[Ticket, str | None, str | None]


@dataclass(frozen=True)
class TicketFilter:
    """What to list; None does not filter. `text` is a number, or words of the title."""

    status: TicketStatus | None = None
    assignee_id: str | None = None
    conversation_id: str | None = None
    contact_id: str | None = None
    text: str | None = None


async def ticket_for_update(session: AsyncSession, ticket_id: str) -> Ticket | None:
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    return await session.scalar(query, execution_options={"populate_existing": True})


async def by_number(session: AsyncSession, number: str) -> Ticket | None:
    """As people write it; None for what is no number."""
    wanted = number.strip().upper()
    if not PATTERN.match(wanted):
        return None
    return await session.scalar(select(Ticket).where(Ticket.number == wanted))


async def page(
    session: AsyncSession, wanted: TicketFilter, *, after: str | None, limit: int
) -> list[Listed]:
    """Tickets, newest first, older than `after`, with the names of assignee and contact.

    Ids are UUIDv7, so that the primary key is the order of filing and paging never skips.
    """
    query = (
        select(Ticket, Account.name, Contact.name)
        .outerjoin(Account, Account.id == Ticket.assignee_id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
    )
    if wanted.status is not None:
        query = query.where(Ticket.status == wanted.status)
    if wanted.assignee_id is not None:
        query = query.where(Ticket.assignee_id == wanted.assignee_id)
    if wanted.conversation_id is not None:
        query = query.where(Ticket.conversation_id == wanted.conversation_id)
    if wanted.contact_id is not None:
        query = query.where(Ticket.contact_id == wanted.contact_id)
    if wanted.text:
        words = wanted.text.strip()
        if PATTERN.match(words.upper()):
            query = query.where(Ticket.number == words.upper())
        else:
            query = query.where(
                or_(
                    Ticket.title.contains(words, autoescape=True),
                    Ticket.number.contains(words, autoescape=True),
                )
            )
    if after is not None:
        query = query.where(Ticket.id < after)
    rows = await session.execute(query.order_by(Ticket.id.desc()).limit(limit))
    return [(ticket, assignee, contact) for ticket, assignee, contact in rows]


async def history(session: AsyncSession, ticket_id: str) -> list[TicketHistory]:
    query = select(TicketHistory).where(TicketHistory.ticket_id == ticket_id)
    return list((await session.scalars(query.order_by(TicketHistory.version))).all())


async def last_step(session: AsyncSession, ticket_id: str) -> TicketHistory | None:
    query = select(TicketHistory).where(TicketHistory.ticket_id == ticket_id)
    return await session.scalar(query.order_by(TicketHistory.version.desc()).limit(1))


async def name_of(session: AsyncSession, account_id: str | None) -> str | None:
    account = await session.get(Account, account_id) if account_id else None
    return account.name if account else None


async def contact_name(session: AsyncSession, contact_id: str | None) -> str | None:
    contact = await session.get(Contact, contact_id) if contact_id else None
    return contact.name if contact else None


async def conversation_of(session: AsyncSession, number: str) -> str | None:
    """The conversation in which the ticket was filed."""
    return await session.scalar(select(Ticket.conversation_id).where(Ticket.number == number))

"""Queries of citizens' tickets: those of a window, and what was promised and told about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from core.events import OwnTickets
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import TicketStatus, TicketStep

# What a citizen is to read (progress.NEWS), as the database tells it.
_NEWS = or_(
    TicketHistory.step.in_([TicketStep.ASK, TicketStep.REPLY]),
    and_(
        TicketHistory.to_status == TicketStatus.RESOLVED,
        TicketHistory.from_status != TicketStatus.RESOLVED,
    ),
)


def _own(contact_id: str, inbox_id: str) -> Select[str]:
    """The window's own: filed in a conversation of its contact and inbox (ADR 49)."""
    return (
        select(Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Ticket.contact_id == contact_id, Conversation.inbox_id == inbox_id)
    )


async def of_window(
    session: AsyncSession, contact_id: str, inbox_id: str, *, limit: int
) -> list[Ticket]:
    query = select(Ticket).where(Ticket.id.in_(_own(contact_id, inbox_id)))
    return list((await session.scalars(query.order_by(Ticket.id.desc()).limit(limit))).all())


async def is_of_window(
    session: AsyncSession, ticket: Ticket, contact_id: str, inbox_id: str
) -> bool:
    query = _own(contact_id, inbox_id).where(Ticket.id == ticket.id)
    return await session.scalar(query) is not None


async def summary(session: AsyncSession, contact_id: str, inbox_id: str) -> OwnTickets:
    own = _own(contact_id, inbox_id)
    count, asked = (
        await session.execute(
            select(
                func.count(), func.sum(case((Ticket.status == TicketStatus.PENDING, 1), else_=0))
            )
            .select_from(Ticket)
            .where(Ticket.id.in_(own))
        )
    ).one()
    if not count:
        return OwnTickets()
    told_at = await session.scalar(
        select(func.max(TicketHistory.at)).where(TicketHistory.ticket_id.in_(own), _NEWS)
    )
    return OwnTickets(count=count, asked=asked or 0, told_at=told_at)


async def told(session: AsyncSession, ticket_ids: Sequence[str]) -> dict[str, datetime]:
    """When their citizens were asked, told or answered something last, by ticket."""
    rows = await session.execute(
        select(TicketHistory.ticket_id, func.max(TicketHistory.at).label("told_at"))
        .where(TicketHistory.ticket_id.in_(ticket_ids), _NEWS)
        .group_by(TicketHistory.ticket_id)
    )
    return {row.ticket_id: row.told_at for row in rows}


async def promised(session: AsyncSession, ticket_ids: Sequence[str]) -> dict[str, datetime]:
    """By when answers were promised, by ticket: of what is settled, first answered or accepted, the first there is.

    What stands still, or was kept, promises nothing at the moment.
    """
    rows = await session.scalars(
        select(TicketDeadline).where(
            TicketDeadline.ticket_id.in_(ticket_ids),
            TicketDeadline.target.in_(["resolve", "answer"]),
            TicketDeadline.met_at.is_(None),
            TicketDeadline.due_at.is_not(None),
            TicketDeadline.state.in_(["active", "breached"]),
        )
    )
    found: dict[str, TicketDeadline] = {}
    for row in rows:
        known = found.get(row.ticket_id)
        if known is None or (known.target, row.target) == ("answer", "resolve"):
            found[row.ticket_id] = row
    return {ticket_id: row.due_at for ticket_id, row in found.items() if row.due_at is not None}


async def filed_since(session: AsyncSession, contact_id: str, since: datetime) -> int:
    """How many tickets the citizen has filed himself since then."""
    query = select(func.count()).where(
        Ticket.contact_id == contact_id, Ticket.source == "citizen", Ticket.created_at > since
    )
    return await session.scalar(query) or 0


async def by_client_id(session: AsyncSession, contact_id: str, client_msg_id: str) -> Ticket | None:
    return await session.scalar(
        select(Ticket).where(
            Ticket.source == "citizen", Ticket.external_id == external_id(contact_id, client_msg_id)
        )
    )


def external_id(contact_id: str, client_msg_id: str) -> str:
    """What a citizen's own ticket is called where it comes from, so that a form sent twice is one ticket."""
    return f"{contact_id}/{client_msg_id}"

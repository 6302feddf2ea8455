"""How a ticket's citizen can be told something: in his conversation, else by text message."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from core.sms.phones import PhoneInvalid, mobile
from handoff.tickets.models import Ticket


async def conversation_of(session: AsyncSession, ticket: Ticket) -> str | None:
    """Where the citizen reads it: his latest conversation where the ticket came from, else his latest at all."""
    if ticket.conversation_id is not None:
        its_own = await session.get(Conversation, ticket.conversation_id)
        if its_own is not None:
            return await session.scalar(
                select(Conversation.id)
                .where(
                    Conversation.contact_id == its_own.contact_id,
                    Conversation.inbox_id == its_own.inbox_id,
                )
                .order_by(Conversation.id.desc())
                .limit(1)
            )
    if ticket.contact_id is None:
        return None
    query = select(Conversation.id).where(Conversation.contact_id == ticket.contact_id)
    return await session.scalar(query.order_by(Conversation.id.desc()).limit(1))


def phone_of(ticket: Ticket) -> str | None:
    """A mobile that texts can be sent to."""
    if ticket.forgotten_at is not None:
        return None
    try:
        return mobile(ticket.citizen_phone)
    except PhoneInvalid:
        return None


async def reachable(session: AsyncSession, ticket: Ticket) -> bool:
    return phone_of(ticket) is not None or await conversation_of(session, ticket) is not None

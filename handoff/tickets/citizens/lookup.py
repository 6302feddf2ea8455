"""Tickets as their citizens see them through the bot: how one stands, and asking to hurry.

Implements core.conversation.tickets.TicketLookup. A ticket is shown to the contact it belongs to, found through the
conversation, or to whoever knows number and phone; a wrong phone answers like an unknown number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from core.conversation.tickets import TicketProgress
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.citizens.repository import promised
from handoff.tickets.citizens.tries import Tries
from handoff.tickets.history import last_of
from handoff.tickets.life.effects import last_urged
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.proving import has_phone, is_own
from handoff.tickets.repository import TicketFilter
from handoff.tickets.status import TicketStatus, TicketStep
from handoff.tickets.types.reading import of_ticket

MOST = 20


class CitizenTickets:
    def __init__(self, *, uows: UnitOfWorkFactory, tries: Tries) -> None:
        self._uows = uows
        self._tries = tries

    async def own(self, sender: str) -> list[TicketProgress]:
        async with self._uows.read() as session:
            conversation = await _conversation(session, sender)
            if conversation is None:
                return []
            wanted = TicketFilter(contact_id=conversation.contact_id)
            rows = await repository.page(session, wanted, after=None, limit=MOST)
            return [await _progress(session, ticket) for ticket in rows]

    async def by_number(self, sender: str, number: str, phone: str | None) -> TicketProgress | None:
        """Raises TooManyRequests when too many phones have been tried."""
        async with self._uows.read() as session:
            conversation = await _conversation(session, sender)
            if conversation is None:
                return None
            ticket = await repository.by_number(session, number)
            if ticket is None or not is_own(ticket, conversation):
                if phone is None:
                    return None
                # Counted before looking, and for numbers of nothing as well: the two must not be told apart.
                self._tries.count(conversation.contact_id, number.upper(), phone)
                if ticket is None or not has_phone(ticket, phone):
                    return None
            return await _progress(session, ticket)


async def _conversation(session: AsyncSession, sender: str) -> Conversation | None:
    """Rasa's sender id is the conversation's id and the number of the bot's episode in it."""
    id_, _, episode = sender.rpartition(".")
    conversation = await session.get(Conversation, id_) if _is_id(id_) else None
    if conversation is None or str(conversation.bot_session) != episode:
        return None
    return conversation


def _is_id(text: str) -> bool:
    return len(text) == len("00000000-0000-0000-0000-000000000000")


async def _progress(session: AsyncSession, ticket: Ticket) -> TicketProgress:
    steps = await repository.history(session, ticket.id)
    asked = last_of(steps, TicketStep.ASK) if ticket.status == TicketStatus.PENDING else None
    told = ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    return TicketProgress(
        number=ticket.number,
        type=(await of_ticket(session, ticket)).definition.name,
        title=ticket.title,
        state=TicketStatus(ticket.status).value,
        filed_at=ticket.created_at,
        changed_at=_changed(ticket, steps),
        asked=asked.reason if asked else "",
        answer=ticket.resolution if told else "",
        due_at=(await promised(session, [ticket.id])).get(ticket.id),
        urged_at=last_urged(steps),
    )


def _changed(ticket: Ticket, steps: list[TicketHistory]) -> datetime:
    """When its status changed last; notes and the citizen's own urging are no progress."""
    moved = [s.at for s in steps if s.from_status is not None and s.to_status != s.from_status]
    return max(moved, default=ticket.created_at)

"""Tickets as their citizens see them through the bot: how one stands, and asking to hurry.

Implements core.conversation.tickets.TicketLookup. A ticket is shown to the contact it belongs to, found through the
conversation, or to whoever knows number and phone; a wrong phone answers like an unknown number.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.conversation.content import printable
from core.conversation.models import Conversation
from core.conversation.ports import UrgeTicket
from core.conversation.tickets import PHONE_FIELD, TicketProgress
from core.errors import TooManyRequests
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.history import record
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.numbers import PATTERN
from handoff.tickets.repository import TicketFilter
from handoff.tickets.status import TicketStatus, TicketStep

# Numbers are counted, so a phone could be tried out: so many tries, per citizen and per ticket.
TRIES, WINDOW = 6, timedelta(minutes=15)
MOST = 20
MOST_FIELDS, MOST_CHARACTERS = 24, 1000
# Not in TicketStep: it changes no status, and is no button of the desk.
URGE = "urge"
URGE_EVERY = timedelta(days=1)
URGEABLE = (TicketStatus.NEW, TicketStatus.OPEN)
URGED = "已经为您催办工单 {number}，办理人会看到您的催促。"
URGED_BEFORE = "工单 {number} 一天内已经催办过，办理人看得到，请您再等一等。"
NOT_URGED = "工单 {number} 现在不需要催办。"
UNKNOWN = "没有找到这张工单，请核对编号。"


class CitizenTickets:
    def __init__(self, *, uows: UnitOfWorkFactory, clock: Clock) -> None:
        self._uows = uows
        self._by_citizen = RateLimit(clock, limit=TRIES, window=WINDOW)
        self._by_number = RateLimit(clock, limit=TRIES, window=WINDOW)

    async def own(self, sender: str) -> list[TicketProgress]:
        async with self._uows.read() as session:
            conversation = await _conversation(session, sender)
            if conversation is None:
                return []
            wanted = TicketFilter(contact_id=conversation.contact_id)
            rows = await repository.page(session, wanted, after=None, limit=MOST)
            return [await _progress(session, ticket) for ticket, _, _ in rows]

    async def by_number(self, sender: str, number: str, phone: str | None) -> TicketProgress | None:
        """Raises TooManyRequests when too many phones have been tried."""
        async with self._uows.read() as session:
            conversation = await _conversation(session, sender)
            if conversation is None:
                return None
            ticket = await _ticket(session, number)
            if ticket is None or not _is_own(ticket, conversation):
                if phone is None:
                    return None
                # Counted before looking, and for numbers of nothing as well: the two must not be told apart.
                self._count(conversation, number)
                if ticket is None or not _has_phone(ticket, phone):
                    return None
            return await _progress(session, ticket)

    def _count(self, conversation: Conversation, number: str) -> None:
        try:
            self._by_citizen.check(conversation.contact_id)
            self._by_number.check(number.upper())
        except TooManyRequests as error:
            raise TooManyRequests(
                "核对的次数太多了，为了保护工单信息，请过一会儿再查，或者转人工。", **error.details
            ) from None


async def urge(uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket) -> str:
    """Write it into the ticket's history, at most once a day; what the citizen is told."""
    found = await _ticket(uow.session, wanted.number)
    ticket = await repository.ticket_for_update(uow.session, found.id) if found else None
    if ticket is None or not (
        _is_own(ticket, conversation) or (wanted.phone and _has_phone(ticket, wanted.phone))
    ):
        return UNKNOWN
    status = TicketStatus(ticket.status)
    if status not in URGEABLE:
        return NOT_URGED.format(number=ticket.number)
    last = _last(await repository.history(uow.session, ticket.id), URGE)
    if last is not None and last.at > uow.clock.now() - URGE_EVERY:
        return URGED_BEFORE.format(number=ticket.number)
    await record(uow, ticket, URGE, status, actor="visitor", actor_name="市民", reason="", data={})
    return URGED.format(number=ticket.number)


def clean_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    """What the bot collected, as it may be stored and shown: texts without what harms screens, of bounded length."""
    return {
        printable(str(name))[:64]: printable(str(value))[:MOST_CHARACTERS]
        for name, value in list(fields.items())[:MOST_FIELDS]
    }


async def _conversation(session: AsyncSession, sender: str) -> Conversation | None:
    """Rasa's sender id is the conversation's id and the number of the bot's episode in it."""
    id_, _, episode = sender.rpartition(".")
    conversation = await session.get(Conversation, id_) if _is_id(id_) else None
    if conversation is None or str(conversation.bot_session) != episode:
        return None
    return conversation


def _is_id(text: str) -> bool:
    return len(text) == len("00000000-0000-0000-0000-000000000000")


async def _ticket(session: AsyncSession, number: str) -> Ticket | None:
    if not PATTERN.match(number.upper()):
        return None
    rows = await repository.page(session, TicketFilter(text=number), after=None, limit=1)
    return rows[0][0] if rows else None


def _is_own(ticket: Ticket, conversation: Conversation) -> bool:
    return ticket.contact_id is not None and ticket.contact_id == conversation.contact_id


def _has_phone(ticket: Ticket, phone: str) -> bool:
    left = str((ticket.fields or {}).get(PHONE_FIELD) or "")
    return bool(left) and hmac.compare_digest(left.encode(), phone.encode())


async def _progress(session: AsyncSession, ticket: Ticket) -> TicketProgress:
    steps = await repository.history(session, ticket.id)
    asked = _last(steps, TicketStep.ASK) if ticket.status == TicketStatus.PENDING else None
    urged = _last(steps, URGE)
    told = ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    return TicketProgress(
        number=ticket.number,
        type=ticket.type,
        title=ticket.title,
        state=TicketStatus(ticket.status).value,
        filed_at=ticket.created_at,
        changed_at=_changed(ticket, steps),
        asked=asked.reason if asked else "",
        answer=ticket.resolution if told else "",
        due_at=ticket.due_at,
        urged_at=urged.at if urged else None,
    )


def _changed(ticket: Ticket, steps: list[TicketHistory]) -> datetime:
    """When its status changed last; notes and the citizen's own urging are no progress."""
    moved = [s.at for s in steps if s.from_status is not None and s.to_status != s.from_status]
    return max(moved, default=ticket.created_at)


def _last(steps: list[TicketHistory], step: str) -> TicketHistory | None:
    return next((one for one in reversed(steps) if one.step == step), None)

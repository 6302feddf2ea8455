"""What the bot collected for a ticket, and the citizen's wish to hurry it; inside the engine's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.conversation.content import printable
from core.conversation.models import Conversation
from core.conversation.ports import UrgeTicket
from core.unit_of_work import UnitOfWork
from handoff.tickets import repository
from handoff.tickets.history import last_of, record
from handoff.tickets.proving import has_phone, is_own
from handoff.tickets.status import TicketStatus, TicketStep

MOST_FIELDS, MOST_CHARACTERS = 24, 1000
URGE_EVERY = timedelta(days=1)
URGEABLE = (TicketStatus.NEW, TicketStatus.OPEN)
URGED = "已经为您催办工单 {number}，办理人会看到您的催促。"
URGED_BEFORE = "工单 {number} 一天内已经催办过，办理人看得到，请您再等一等。"
NOT_URGED = "工单 {number} 现在不需要催办。"
UNKNOWN = "没有找到这张工单，请核对编号。"


async def urge(uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket) -> str:
    """Write it into the ticket's history, at most once a day; what the citizen is told."""
    found = await repository.by_number(uow.session, wanted.number)
    ticket = await repository.ticket_for_update(uow.session, found.id) if found else None
    if ticket is None or not (
        is_own(ticket, conversation) or (wanted.phone and has_phone(ticket, wanted.phone))
    ):
        return UNKNOWN
    status = TicketStatus(ticket.status)
    if status not in URGEABLE:
        return NOT_URGED.format(number=ticket.number)
    last = last_of(await repository.history(uow.session, ticket.id), TicketStep.URGE)
    if last is not None and last.at > uow.clock.now() - URGE_EVERY:
        return URGED_BEFORE.format(number=ticket.number)
    await record(
        uow, ticket, TicketStep.URGE, status, actor="visitor", actor_name="市民", reason="", data={}
    )
    return URGED.format(number=ticket.number)


def clean_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    """What the bot collected, as it may be stored and shown: texts without what harms screens, of bounded length."""
    return {
        printable(str(name))[:64]: printable(str(value))[:MOST_CHARACTERS]
        for name, value in list(fields.items())[:MOST_FIELDS]
    }

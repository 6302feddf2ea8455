"""Forgets what is personal in tickets when its time is over: name, phone, numbers in texts, people, addresses, files.

The time runs from the end of the ticket; what is under way is kept. One timer looks through them in the order in which
they were closed, a few in each transaction. What was done, when and by whom stays: the history proves it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core import audit
from core.configs import get_config
from core.conversation.keeping import CONFIG_NAME, PersonalSettings
from core.masking import mask_personal
from core.sms.phones import masked
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets import files, repository
from handoff.tickets.models import Ticket, TicketRating
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import of_ticket

KEEP_TIMER = "ticket.keep"
_SUBJECT = "closed"
BATCH = 20
SOON, LATER = timedelta(seconds=2), timedelta(hours=1)
GONE = "（已按保存期限清除）"


async def arm(uows: UnitOfWorkFactory) -> None:
    """Start the walk, unless it is under way already. Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (KEEP_TIMER, _SUBJECT)) is None:
            await set_timer(uow, KEEP_TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: the next tickets whose time is over."""
    settings = await get_config(uow.session, CONFIG_NAME, PersonalSettings)
    until = uow.clock.now() - timedelta(days=settings.keep_tickets_days)
    query = (
        select(Ticket)
        .where(
            Ticket.forgotten_at.is_(None), Ticket.closed_at.is_not(None), Ticket.closed_at <= until
        )
        .order_by(Ticket.closed_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = list(await uow.session.scalars(query))
    for row in rows:
        await _forget(uow, row)
    wait = SOON if len(rows) == BATCH else LATER
    await set_timer(uow, KEEP_TIMER, subject, uow.clock.now() + wait)


async def _forget(uow: UnitOfWork, ticket: Ticket) -> None:
    definition = (await of_ticket(uow.session, ticket)).definition
    await files.forget(uow, ticket.id)
    for step in await repository.history(uow.session, ticket.id):
        step.reason = mask_personal(step.reason)
    ticket.fields = kept_fields(definition, ticket.fields or {})
    ticket.citizen_name = GONE if ticket.citizen_name else ""
    ticket.citizen_phone = masked(ticket.citizen_phone)
    ticket.title, ticket.description = (
        mask_personal(ticket.title),
        mask_personal(ticket.description),
    )
    ticket.draft, ticket.resolution = mask_personal(ticket.draft), mask_personal(ticket.resolution)
    rating = await uow.session.get(TicketRating, ticket.id)
    if rating is not None:
        rating.comment = mask_personal(rating.comment)
        # A new list: a change within the old one would not be stored.
        rating.earlier = [
            {**said, "comment": mask_personal(str(said.get("comment", "")))}
            for said in rating.earlier
        ]
    ticket.forgotten_at = uow.clock.now()
    audit.record(uow, actor="system", action="ticket.forgotten", subject=f"ticket:{ticket.id}")


def kept_fields(definition: TicketDefinition, fields: dict[str, Any]) -> dict[str, Any]:
    """Without people, addresses and files; texts without personal numbers. Statistics need the rest.

    What stands under no field of the type may have been a person or an address of another one: it goes.
    """
    kinds = {field.key: field.kind for field in definition.fields}
    kept: dict[str, Any] = {}
    for key, value in fields.items():
        match kinds.get(key):
            case "file":
                continue
            case "person":
                kept[key] = {"name": GONE}
            case "address":
                region = value.get("region") if isinstance(value, dict) else None
                kept[key] = {"text": GONE, **({"region": region} if region else {})}
            case "number" | "date" | "choice":
                kept[key] = value
            case None:
                kept[key] = GONE
            case _:
                kept[key] = mask_personal(str(value))
    return kept


def timer_handlers() -> dict[str, TimerHandler]:
    return {KEEP_TIMER: TimerHandler(forget)}

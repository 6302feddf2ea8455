"""A look at a ticket with its numbers in full: for those who may see it, and never unnoticed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.looking import Looks, Reveal
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.access import check_readable
from handoff.tickets.life import reading
from handoff.tickets.models import Ticket
from handoff.tickets.schemas import TicketInFull
from handoff.tickets.types.reading import of_ticket
from handoff.tickets.types.values import shown_values

Looker = Annotated[Actor, Depends(require(Permission.PERSONAL_READ))]


class TicketReveal:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._looks = Looks(uows.clock)

    async def reveal(self, ticket_id: str, actor: Actor, reason: str) -> TicketInFull:
        """Noted: who, which, when and why; never what was in it. Raises ReasonNeeded, TooManyRequests, NotFound."""
        self._looks.count(actor)
        async with self._uows.write() as uow:
            ticket = await check_readable(
                uow.session, await uow.session.get(Ticket, ticket_id), actor
            )
            await self._looks.note(
                uow, actor, reason, action="ticket.revealed", subject=f"ticket:{ticket.id}"
            )
            steps = await repository.history(uow.session, ticket.id)
            definition = (await of_ticket(uow.session, ticket)).definition
            # What is not for the actor's eyes is not looked at either.
            to = await reading.sees(uow.session, ticket, actor)
            shown = {each.key for each in shown_values(definition, ticket.fields, to=to)}
            return TicketInFull(
                citizen_name=ticket.citizen_name, citizen_phone=ticket.citizen_phone,
                title=ticket.title, description=ticket.description, resolution=ticket.resolution,
                draft=ticket.draft, fields={key: value for key, value in ticket.fields.items() if key in shown},
                said={step.version: step.reason for step in steps if step.reason},
            )  # fmt: skip


def build_router(reveal: TicketReveal) -> APIRouter:
    """To be included before the routes of single tickets, which would take `reveal` for a step."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.post("/{ticket_id}/reveal")
    async def reveal_ticket(ticket_id: Id, body: Reveal, actor: Looker) -> TicketInFull:
        """With its numbers in full. Every look is audited."""
        return await reveal.reveal(ticket_id, actor, body.reason)

    return router

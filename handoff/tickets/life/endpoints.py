"""HTTP routes of tickets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.content import printable
from core.ids import Id
from handoff.tickets.life.service import TicketService
from handoff.tickets.repository import TicketFilter
from handoff.tickets.schemas import (
    TicketCreate,
    TicketDetail,
    TicketPage,
    TicketStepWrite,
)
from handoff.tickets.status import TicketStatus, TicketStep

Reader = Annotated[Actor, Depends(require(Permission.TICKET_READ))]
Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


def build_router(tickets: TicketService) -> APIRouter:
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.get("")
    async def list_tickets(
        actor: Reader,
        status: TicketStatus | None = None,
        mine: bool = False,
        conversation_id: Id | None = None,
        contact_id: Id | None = None,
        q: Annotated[str | None, Query(max_length=100)] = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> TicketPage:
        """Newest first. `mine`: assigned to the caller; `q`: a number or words of the title."""
        wanted = TicketFilter(
            status=status,
            assignee_id=actor.account_id if mine else None,
            conversation_id=conversation_id,
            contact_id=contact_id,
            text=printable(q) if q else None,
        )
        return await tickets.page(wanted, after=after, limit=limit)

    @router.post("", status_code=201)
    async def file_ticket(body: TicketCreate, actor: Handler) -> TicketDetail:
        return await tickets.file(body, actor)

    @router.get("/{ticket_id}")
    async def get_ticket(ticket_id: Id, actor: Reader) -> TicketDetail:
        return await tickets.get(ticket_id)

    @router.post("/{ticket_id}/{step}")
    async def take_step(
        ticket_id: Id, step: TicketStep, body: TicketStepWrite, actor: Handler
    ) -> TicketDetail:
        """One step along the ticket's life; its `steps` name those possible now."""
        return await tickets.take_step(ticket_id, step, body, actor)

    return router

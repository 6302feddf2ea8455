"""HTTP routes of single tickets: filed, looked at, moved. Lists are listing/'s."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.idempotency.once import Given, OnceFor
from core.ids import Id
from handoff.tickets.life.service import TicketService
from handoff.tickets.schemas import TicketCreate, TicketDetail, TicketStepWrite
from handoff.tickets.status import TicketStep

Reader = Annotated[Actor, Depends(require(Permission.TICKET_READ))]
Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


def build_router(tickets: TicketService, once: OnceFor) -> APIRouter:
    """`once`: how a request with an Idempotency-Key is done once."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.post("", status_code=201)
    async def file_ticket(
        body: TicketCreate, actor: Handler, response: Response, idempotency_key: Given = None
    ) -> TicketDetail:
        asked = f"file {body.model_dump_json()}"
        return await tickets.file(
            body, actor, once(actor.account_id, idempotency_key, asked, response)
        )

    @router.get("/{ticket_id}")
    async def get_ticket(ticket_id: Id, actor: Reader) -> TicketDetail:
        return await tickets.get(ticket_id, actor)

    @router.post("/{ticket_id}/{step}")
    async def take_step(
        ticket_id: Id,
        step: TicketStep,
        body: TicketStepWrite,
        actor: Handler,
        response: Response,
        idempotency_key: Given = None,
    ) -> TicketDetail:
        """One step along the ticket's life; its `steps` name those the caller may take now."""
        asked = f"{step} {ticket_id} {body.model_dump_json()}"
        done = once(actor.account_id, idempotency_key, asked, response)
        return await tickets.take_step(ticket_id, step, body, actor, done)

    return router

"""HTTP route that fills the form of a ticket in from a conversation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from handoff.tickets.prefill import Prefill, TicketPrefill

Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


def build_router(prefill: Prefill) -> APIRouter:
    """To be included before the routes of single tickets, which would take `prefill` for an id."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.get("/prefill")
    async def prefill_ticket(
        conversation_id: Annotated[Id, Query()], actor: Handler
    ) -> TicketPrefill:
        """What the conversation says of the ticket that is filed from it."""
        return await prefill.of(conversation_id, actor)

    return router

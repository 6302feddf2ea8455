"""HTTP routes of the types of tickets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.types import reading
from handoff.tickets.types.schemas import TicketTypeRead

Reader = Annotated[Actor, Depends(require(Permission.TICKET_READ))]


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    """To be included before the routes of single tickets, which would take `types` for an id."""
    router = APIRouter(prefix="/tickets/types", tags=["tickets"])

    @router.get("")
    async def list_types(actor: Reader) -> list[TicketTypeRead]:
        """All types in their order, those switched off included: for forms, and for the names in lists."""
        async with uows.read() as session:
            return [TicketTypeRead.of(each) for each in await reading.all_types(session)]

    return router

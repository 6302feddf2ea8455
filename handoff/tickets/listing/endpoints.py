"""HTTP routes of the ticket lists. Included before those of single tickets, which take any name for an id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.downloads import disposition
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.life.service import TicketService
from handoff.tickets.listing.bulk import BulkSteps
from handoff.tickets.listing.export import MEDIA_TYPE, TicketExport, pieces
from handoff.tickets.listing.saved import SavedFilters
from handoff.tickets.listing.schemas import (
    BulkResults,
    BulkWrite,
    ExportWrite,
    FilterRead,
    FilterWrite,
    PageQuery,
    TicketChoices,
    TicketCounts,
    TicketRowPage,
)
from handoff.tickets.listing.service import TicketLists

Reader = Annotated[Actor, Depends(require(Permission.TICKET_READ))]
Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


def build_router(uows: UnitOfWorkFactory, tickets: TicketService) -> APIRouter:
    router = APIRouter(prefix="/tickets", tags=["tickets"])
    lists, filters = TicketLists(uows), SavedFilters(uows)
    bulk, export = BulkSteps(uows, tickets), TicketExport(uows, lists)

    @router.get("")
    async def list_tickets(actor: Reader, query: Annotated[PageQuery, Query()]) -> TicketRowPage:
        """A page of a list, as far as the actor's data scope goes."""
        return await lists.page(actor, query)

    @router.get("/counts")
    async def count_tickets(actor: Reader) -> TicketCounts:
        return await lists.counts(actor)

    @router.get("/choices")
    async def list_choices(actor: Reader) -> TicketChoices:
        """What the filters offer."""
        return await lists.choices()

    @router.post("/export")
    async def export_tickets(body: ExportWrite, actor: Reader) -> StreamingResponse:
        """All of a list as a spreadsheet. Every export is audited."""
        file = await export.make(actor, body)
        name = f"工单-{today(uows.clock):%Y%m%d}.xlsx"
        return StreamingResponse(
            pieces(file),
            media_type=MEDIA_TYPE,
            headers={
                "content-disposition": disposition(name, inline=False),
                "cache-control": "no-store",
            },
        )

    @router.post("/bulk")
    async def take_steps(body: BulkWrite, actor: Handler) -> BulkResults:
        """One step with many tickets; the result says of each whether it was done, and why not."""
        return BulkResults(results=await bulk.take(actor, body))

    @router.get("/filters")
    async def list_filters(actor: Reader) -> list[FilterRead]:
        return await filters.all(actor)

    @router.post("/filters", status_code=201)
    async def add_filter(body: FilterWrite, actor: Reader) -> FilterRead:
        return await filters.add(actor, body)

    @router.put("/filters/{filter_id}")
    async def change_filter(filter_id: Id, body: FilterWrite, actor: Reader) -> FilterRead:
        return await filters.change(actor, filter_id, body)

    @router.delete("/filters/{filter_id}", status_code=204)
    async def delete_filter(filter_id: Id, actor: Reader) -> None:
        await filters.delete(actor, filter_id)

    return router

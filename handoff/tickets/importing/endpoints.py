"""HTTP routes of importing tickets from a spreadsheet."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.sheets import MEDIA_TYPES
from core.uploads import form_with_file, read_upload, takes_file
from handoff.tickets.importing.checking import MAX_BYTES
from handoff.tickets.importing.schemas import Store, TicketImport
from handoff.tickets.importing.service import TicketImporter

Dispatcher = Annotated[Actor, Depends(require(Permission.TICKET_DISPATCH))]
TypeId = Annotated[str, Query(max_length=32)]


def build_router(importer: TicketImporter) -> APIRouter:
    """To be included before the routes of single tickets, which would take `import` for an id."""
    router = APIRouter(prefix="/tickets/import", tags=["tickets"])

    @router.get("/template", response_class=Response)
    async def read_template(actor: Dispatcher, type: TypeId) -> Response:
        """A spreadsheet to fill in: a column for each field of the type, and a sheet that explains them."""
        name, data = await importer.template(type)
        file = quote(f"工单导入-{name}.xlsx")
        return Response(
            data,
            media_type=MEDIA_TYPES["xlsx"],
            headers={
                "content-disposition": f"attachment; filename=\"tickets.xlsx\"; filename*=UTF-8''{file}"
            },
        )

    @router.post("", openapi_extra=form_with_file())
    @takes_file(MAX_BYTES)
    async def import_tickets(
        request: Request, actor: Dispatcher, type: TypeId | None = None, store: Store = "none"
    ) -> TicketImport:
        """A CSV or xlsx as the template; what is wrong is said row by row. Imported again, nothing is filed twice.

        `type`: of rows that do not name theirs. `store`: `none` only looks, `all` files everything or nothing,
        `good` what is right.
        """
        upload = await read_upload(request, max_bytes=MAX_BYTES)
        return await importer.take_in(upload.data, actor, store=store, type_id=type)

    return router

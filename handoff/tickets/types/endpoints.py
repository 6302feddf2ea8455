"""HTTP routes of the types of tickets. A definition is read and written like a document of settings: with its ETag."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Response

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.configs import SettingsChanged
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.schemas import (
    MistakeRead,
    TicketTypeChecked,
    TicketTypeCreate,
    TicketTypeOrder,
    TicketTypeRead,
    TicketTypeVersionRead,
)
from handoff.tickets.types.service import TypeService

Reader = Annotated[Actor, Depends(require(Permission.TICKET_READ))]
Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]
TypeId = Annotated[str, Path(max_length=32)]


def build_router(types: TypeService) -> APIRouter:
    """To be included before the routes of single tickets, which would take `types` for an id."""
    router = APIRouter(prefix="/tickets/types", tags=["ticket types"])

    @router.get("")
    async def list_types(actor: Reader) -> list[TicketTypeRead]:
        """All types in their order, those switched off included: for forms, and for the names in lists."""
        return [TicketTypeRead.of(each) for each in await types.all()]

    @router.post("", status_code=201)
    async def create_type(body: TicketTypeCreate, actor: Editor) -> TicketTypeRead:
        return TicketTypeRead.of(await types.create(body, actor))

    @router.put("/order")
    async def order_types(body: TicketTypeOrder, actor: Editor) -> list[TicketTypeRead]:
        """The order in which they are offered: all ids."""
        return [TicketTypeRead.of(each) for each in await types.order(body.ids, actor)]

    @router.post("/check")
    async def check_type(body: TicketDefinition, actor: Editor) -> TicketTypeChecked:
        """What would be refused if it were saved."""
        found = await types.mistakes(body)
        return TicketTypeChecked(mistakes=[MistakeRead.of(each) for each in found])

    @router.get("/{type_id}/definition")
    async def read_definition(
        type_id: TypeId, actor: Reader, response: Response
    ) -> TicketDefinition:
        found = await types.get(type_id)
        response.headers["ETag"] = f'"{found.version}"'
        return found.definition

    @router.put("/{type_id}/definition")
    async def change_type(
        type_id: TypeId,
        body: TicketDefinition,
        actor: Editor,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> TicketDefinition:
        """A new version. With If-Match: refused when somebody else has made one since."""
        seen = _version(if_match, type_id)
        changed = await types.change(type_id, body, actor, seen=seen)
        response.headers["ETag"] = f'"{changed.version}"'
        return changed.definition

    @router.get("/{type_id}/versions")
    async def list_versions(type_id: TypeId, actor: Editor) -> list[TicketTypeVersionRead]:
        """Newest first."""
        return await types.versions(type_id)

    @router.post("/{type_id}/deactivate")
    async def deactivate_type(type_id: TypeId, actor: Editor) -> TicketTypeRead:
        """Nothing new is filed; what is under way goes on."""
        return TicketTypeRead.of(await types.switch(type_id, False, actor))

    @router.post("/{type_id}/reactivate")
    async def reactivate_type(type_id: TypeId, actor: Editor) -> TicketTypeRead:
        return TicketTypeRead.of(await types.switch(type_id, True, actor))

    return router


def _version(if_match: str | None, type_id: str) -> int | None:
    """The version an entity tag names; none given: None. One that is none of ours was never in force."""
    if if_match is None:
        return None
    tag = if_match.removeprefix("W/").strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise SettingsChanged(name=f"ticket_type:{type_id}")
    return int(tag)

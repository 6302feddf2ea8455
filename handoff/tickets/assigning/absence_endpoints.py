"""HTTP routes of absences: one's own, and everybody's for those who dispatch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from handoff.tickets.assigning.absence_schemas import AbsenceRead, AbsenceWrite
from handoff.tickets.assigning.absences import AbsenceService

Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


def build_router(absences: AbsenceService) -> APIRouter:
    router = APIRouter(prefix="/absences", tags=["tickets"])

    @router.get("")
    async def list_absences(actor: Handler, mine: bool = False) -> list[AbsenceRead]:
        """The latest first: one's own, or everybody's for those who dispatch."""
        return await absences.all(actor, mine=mine)

    @router.post("", status_code=201)
    async def enter_absence(body: AbsenceWrite, actor: Handler) -> AbsenceRead:
        return await absences.save(body, actor)

    @router.put("/{absence_id}")
    async def change_absence(absence_id: Id, body: AbsenceWrite, actor: Handler) -> AbsenceRead:
        """What has begun keeps its beginning."""
        return await absences.save(body, actor, absence_id)

    @router.delete("/{absence_id}", status_code=204)
    async def end_absence(absence_id: Id, actor: Handler) -> None:
        """It ends now; what has not begun is removed."""
        await absences.end(absence_id, actor)

    return router

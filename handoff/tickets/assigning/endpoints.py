"""HTTP routes of the rules of assigning: the document, a trial of it, and what it would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.assigning.checks import check
from handoff.tickets.assigning.preview import (
    AssigningPreview,
    AssigningPreviewer,
    AssigningPreviewRequest,
)
from handoff.tickets.assigning.settings import CONFIG_NAME, AssigningSettings
from handoff.tickets.assigning.trial import AssigningTrial, AssigningTrialRead, try_out

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    previewer = AssigningPreviewer(uows)
    add_document(
        router, "/assigning", name=CONFIG_NAME, model=AssigningSettings, uows=uows, check=check
    )

    @router.post("/assigning/trial")
    async def try_assigning(body: AssigningTrial, actor: Editor) -> AssigningTrialRead:
        """Where a ticket would go, and to whom, by rules that need not be saved."""
        async with uows.read() as session:
            return await try_out(session, body, uows.clock.now())

    @router.post("/assigning/preview")
    async def preview_assigning(body: AssigningPreviewRequest, actor: Editor) -> AssigningPreview:
        """Which tickets of the last days would have gone elsewhere. Nothing is saved."""
        return await previewer.preview(body, actor)

    return router

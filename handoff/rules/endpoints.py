"""HTTP route that tries edited rules on stored conversations. The document itself is in desk/settings_endpoints.py."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory
from handoff.rules.checks import check
from handoff.rules.preview import Previewer, PreviewRequest, RulesPreview

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


def build_router(uows: UnitOfWorkFactory, previewer: Previewer) -> APIRouter:
    router = APIRouter(prefix="/desk/settings/rules", tags=["settings"])

    @router.post("/preview")
    async def preview(asked: PreviewRequest, actor: Editor) -> RulesPreview:
        """What would have gone otherwise. Nothing is saved; what could not be saved is refused as then."""
        async with uows.read() as session:
            await check(session, asked.rules)
        return await previewer.preview(asked, actor)

    return router

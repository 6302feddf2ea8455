"""HTTP routes of working together: how a conversation stands among colleagues, and the settings of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.events import TeamUpdated
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.team.colleagues import Colleagues
from handoff.desk.team.settings import CONFIG_NAME, TeamSettings

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]


def build_router(colleagues: Colleagues, uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(tags=["team"])

    @router.get("/team")
    async def list_mine(actor: Reader) -> list[TeamUpdated]:
        """Conversations where somebody waits for the caller's word, and those the caller takes part in."""
        return await colleagues.mine(actor)

    @router.get("/conversations/{conversation_id}/team")
    async def get_team(conversation_id: Id, actor: Reader) -> TeamUpdated:
        return await colleagues.of_conversation(conversation_id, actor)

    add_document(router, "/desk/settings/team", name=CONFIG_NAME, model=TeamSettings, uows=uows)
    return router

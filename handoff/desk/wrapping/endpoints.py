"""HTTP routes of wrap-ups: the agent's own forms. They are sent over the socket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from handoff.desk.wrapping.schemas import WrapUpItem, WrapUpRead
from handoff.desk.wrapping.service import Wrapping

Server = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]


def build_router(wrapping: Wrapping) -> APIRouter:
    router = APIRouter(prefix="/wrap-ups", tags=["wrap-up"])

    @router.get("")
    async def list_owed(actor: Server) -> list[WrapUpItem]:
        """The caller's forms that are not written yet, oldest first."""
        return await wrapping.owed(actor)

    @router.get("/{wrap_up_id}")
    async def read_form(wrap_up_id: Id, actor: Server) -> WrapUpRead:
        """The form as saved, or a draft of it."""
        return await wrapping.read(wrap_up_id, actor)

    return router

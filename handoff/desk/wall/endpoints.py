"""The HTTP route of the wall. Its page fetches again when it hears that something has changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from handoff.desk.wall.schemas import WallRead
from handoff.desk.wall.service import Wall

Supervisor = Annotated[Actor, Depends(require(Permission.CONVERSATION_SUPERVISE))]


def build_router(wall: Wall) -> APIRouter:
    router = APIRouter(tags=["wall"])

    @router.get("/wall")
    async def get_wall(actor: Supervisor) -> WallRead:
        """Queue, agents, conversations, alerts and today's totals, as far as the caller's scope reaches."""
        return await wall.read(actor)

    return router

"""HTTP routes of one's own notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from handoff.tickets.notices.reading import Notices
from handoff.tickets.notices.schemas import NoticePage, NoticesSeen

Self = Annotated[Actor, Depends(require(Permission.ACCOUNT_SELF))]


def build_router(notices: Notices) -> APIRouter:
    router = APIRouter(prefix="/notices", tags=["tickets"])

    @router.get("")
    async def list_notices(
        actor: Self, after: Id | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> NoticePage:
        """What one was told of tickets, newest first."""
        return await notices.page(actor.account_id, after=after, limit=limit)

    @router.post("/read")
    async def read_notices(body: NoticesSeen, actor: Self) -> NoticePage:
        """These were read, or all of them; the first page as it is now."""
        return await notices.seen(actor.account_id, body.ids)

    return router

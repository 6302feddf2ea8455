"""HTTP side of the hot questions: what is shown, what could be, and the pins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory
from knowledge.learning.board import HotBoard
from knowledge.learning.hot import HotArticle, put_pins
from knowledge.learning.hot_repository import HotRepository
from knowledge.learning.schemas import HotPage, HotPins, HotRead, InboxName

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]


def build_router(uows: UnitOfWorkFactory, board: HotBoard) -> APIRouter:
    router = APIRouter(prefix="/knowledge/hot", tags=["learning"])

    async def page(inbox: str | None) -> HotPage:
        ranking = await board.ranking(inbox)
        settings = ranking.settings
        async with uows.read() as session:
            inboxes = await HotRepository(session).inboxes()
        return HotPage(
            inbox=inbox, days=settings.days, count=settings.count, own_pins=inbox in settings.inboxes,
            pins=settings.pins_of(inbox), items=[_read(each) for each in ranking.shown],
            candidates=[_read(each) for each in ranking.candidates], lapsed=ranking.lapsed,
            inboxes=[InboxName(id=each.id, name=each.name) for each in inboxes],
        )  # fmt: skip

    @router.get("")
    async def list_hot(
        _actor: Editor, inbox: Annotated[str | None, Query(max_length=64)] = None
    ) -> HotPage:
        """The hot questions of an inbox, or of all together, with what comes next."""
        return await page(inbox)

    @router.put("/pins")
    async def pin(body: HotPins, actor: Editor) -> HotPage:
        """Pin articles in this order, or change how many days count; shown everywhere within seconds."""
        async with uows.write() as uow:
            await put_pins(uow, body, actor=actor.account_id)
        if await board.refresh():
            await board.tell()
        return await page(body.inbox)

    return router


def _read(article: HotArticle) -> HotRead:
    return HotRead.model_validate(article, from_attributes=True)

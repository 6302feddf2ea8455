"""The board of hot questions: who is told of a change."""

from __future__ import annotations

import asyncio

from core.conversation.models import Inbox
from knowledge.articles.regions import Regions
from knowledge.learning import board
from knowledge.learning.board import HotBoard


async def test_what_could_not_be_told_is_told_again(uow_factory, monkeypatch) -> None:
    monkeypatch.setattr(board, "EVERY_SECONDS", 0.0)
    async with uow_factory.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=now))
    tries: list[list[str]] = []
    told = asyncio.Event()

    async def tell(inboxes: list[str]) -> None:
        tries.append(inboxes)
        if len(tries) == 1:
            raise ConnectionError("nobody listens yet")
        told.set()

    running = asyncio.create_task(HotBoard(uow_factory, Regions([]), "example", tell).run())
    try:
        await asyncio.wait_for(told.wait(), 10)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert tries == [["web"], ["web"]]

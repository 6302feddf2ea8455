"""The board of hot questions: who is told of a change, and by which server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from core.conversation.models import Inbox
from knowledge.articles.regions import Regions
from knowledge.articles.repository import ArticleRepository
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


async def test_what_a_server_noticed_and_did_not_live_to_tell_the_next_one_tells(
    uow_factory, clock
) -> None:
    told: list[str] = []

    def server(name: str) -> HotBoard:
        async def tell(_inboxes: list[str]) -> None:
            told.append(name)

        return HotBoard(uow_factory, Regions([]), "example", tell)

    first, second = server("first"), server("second")
    await first.look()
    await second.look()
    assert told == ["first"]
    async with uow_factory.write() as uow:
        await ArticleRepository(uow.session).raise_revision()
    await first.refresh()  # it notices, and dies
    await second.look()
    assert told == ["first"], "the lease still runs"
    clock.advance(board.LEASE + timedelta(seconds=1))
    await second.look()
    await second.look()
    await server("third").look()
    assert told == ["first", "second"]

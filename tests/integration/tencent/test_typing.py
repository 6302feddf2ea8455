"""Typing is shown to citizens on WeChat: not too often, not to others, and never in anybody's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels.tencent.sending.typing import SHOWN_FOR, TypingNews
from core.clock import FixedClock
from core.conversation.content import TextContent
from core.conversation.intake import InboundMessage
from core.conversation.models import Inbox
from core.events import Audience, Event, TypingUpdated
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.handoff.conftest import World, open_world

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Shown:
    """A carrier of which only this is needed."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def account(self, _session: Any, inbox: Inbox) -> str:
        return inbox.id

    async def typing(self, account: str, address: str) -> None:
        self.to.append(f"{account}:{address}")


async def happen(news: TypingNews, event: Event) -> None:
    """As the bus does it."""
    if event.name == "typing.updated" and news.concerns(event):
        await news.on_typing(event)
    if event.name == "message.created" and news.ends(event):
        await news.on_message(event)


def typing(conversation_id: str, author: str = "agent", *, on: bool = True) -> Event:
    payload = TypingUpdated.model_validate(
        {"conversation_id": conversation_id, "author": author, "on": on}
    )
    return Event("typing.updated", payload, Audience())


async def wrote(world: World, inbox_id: str) -> str:
    text, id = TextContent(text="你好"), new_id()
    ids = {"client_msg_id": id} if inbox_id == "web" else {"external_id": id}
    receipt = await world.engine.receive(InboundMessage(inbox_id, "oCitizen", text, **ids))
    await world.turns.idle()
    return receipt.conversation.id


@on_sqlite
async def test_typing_reaches_wechat_once_while_it_is_shown(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    async with open_world(uow_factory, clock) as world:
        async with uow_factory.write() as uow:
            now = uow.clock.now()
            uow.session.add(Inbox(id="wx", channel="wechat", name="公众号", created_at=now))
        shown = Shown()
        news = TypingNews(uow_factory, {"wechat": shown})  # type: ignore[dict-item]
        ours, elsewhere = await wrote(world, "wx"), await wrote(world, "web")
        for _ in range(3):
            await happen(news, typing(ours))
            await happen(news, typing(elsewhere, "bot"))
        assert shown.to == ["wx:oCitizen"]
        # Not what the citizen does, not that somebody stopped.
        clock.advance(SHOWN_FOR + timedelta(seconds=1))
        await happen(news, typing(ours, "visitor"))
        await happen(news, typing(ours, on=False))
        assert len(shown.to) == 1
        await happen(news, typing(ours, "bot"))
        assert len(shown.to) == 2
        # A message ends it, so that it may be shown again at once.
        world.heard.events.clear()
        await wrote(world, "wx")
        for event in world.heard.events:
            await happen(news, event)
        await happen(news, typing(ours))
        assert len(shown.to) == 3
        # Other channels are not looked up again.
        assert not news.concerns(typing(elsewhere))
        await happen(news, typing(new_id()))
        assert len(shown.to) == 3

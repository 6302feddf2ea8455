"""An engine with fakes around it, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from core.conversation import repository
from core.conversation.content import TextContent
from core.conversation.engine import Engine
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.turns import TurnRunner
from core.unit_of_work import UnitOfWorkFactory
from tests.fakes import Heard, NoKnowledge, OpenDesk, ScriptedBot, ScriptedPolicy


@dataclass
class World:
    uows: UnitOfWorkFactory
    engine: Engine
    turns: TurnRunner
    bot: ScriptedBot
    desk: OpenDesk
    policy: ScriptedPolicy
    heard: Heard

    async def say(self, text: str, *, who: str = "visitor-1", client_msg_id: str | None = None,
                  external_id: str | None = None, inbox: str = "web", wait: bool = True) -> Receipt:  # fmt: skip
        receipt = await self.engine.receive(
            InboundMessage(
                inbox,
                who,
                TextContent(text=text),
                external_id=external_id,
                client_msg_id=client_msg_id,
            )
        )
        if wait:
            await self.turns.idle()
        return receipt

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self.uows.read() as session:
            row = await session.get(Conversation, conversation_id)
            assert row is not None
            return row

    async def thread(self, conversation_id: str) -> list[Message]:
        async with self.uows.read() as session:
            return await repository.messages(session, conversation_id, after_seq=0, limit=1000)

    async def texts(self, conversation_id: str) -> list[tuple[str, str]]:
        return [
            (row.author_kind, row.content["text"]) for row in await self.thread(conversation_id)
        ]

    def runner(self) -> TurnRunner:
        """Another server's runner on the same database."""
        return TurnRunner(
            uows=self.uows, bot=self.bot, policy=self.policy, desk=self.desk, knowledge=NoKnowledge(),
            region="example", workers=4,
        )  # fmt: skip


@pytest.fixture
async def world(uow_factory: UnitOfWorkFactory) -> AsyncIterator[World]:
    bot, desk, policy, heard = ScriptedBot(), OpenDesk(), ScriptedPolicy(), Heard()
    uow_factory.publish = heard
    async with uow_factory.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=now))
        uow.session.add(Inbox(id="wx", channel="wechat", name="公众号", created_at=now))
    turns = TurnRunner(
        uows=uow_factory,
        bot=bot,
        policy=policy,
        desk=desk,
        knowledge=NoKnowledge(),
        region="example",
        workers=4,
    )
    engine = Engine(uows=uow_factory, desk=desk, turns=turns)
    yield World(uow_factory, engine, turns, bot, desk, policy, heard)
    await turns.idle()

"""The real engine with the real desk behind it, on each database; the bot is scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from app.people import People, build_people
from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Role
from core.clock import FixedClock
from core.configs import put_config
from core.conversation import repository
from core.conversation.content import TextContent
from core.conversation.engine import Engine
from core.conversation.intake import InboundMessage
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.turns import TurnRunner
from core.events import Event, contact_room
from core.ids import new_id
from core.sensitive.book import SensitiveWords
from core.sms.sealing import Sealer
from core.sms.service import Sms
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from handoff.hours.decisions import Row
from handoff.hours.settings import ADMISSION_CONFIG, AdmissionSettings
from handoff.rules.policy import RulePolicy
from handoff.tickets.types.shipped import add_shipped
from tests.fakes import Heard, InternalArticles, NoKnowledge, ScriptedBot

if TYPE_CHECKING:
    from tests.integration.handoff.office import Office

_sids = count(1)


@dataclass
class World:
    uows: UnitOfWorkFactory
    clock: FixedClock
    engine: Engine
    turns: TurnRunner
    policy: RulePolicy
    bot: ScriptedBot
    people: People
    sweeper: TimerSweeper
    heard: Heard
    words: SensitiveWords

    async def agent(
        self, login: str, *, online: bool = True, capacity: int = 5, role: Role = Role.AGENT
    ) -> Actor:
        """An account with an open desk."""
        actor = Actor(new_id(), login, f"坐席{login}", role)
        async with self.uows.write() as uow:
            uow.session.add(
                Account(
                    id=actor.account_id, login=login, name=actor.name, role=role.value,
                    password_hash="-", active=True, created_at=uow.clock.now(),
                )
            )  # fmt: skip
        await self.people.agents.connect(actor.account_id, f"sid-{next(_sids)}")
        if online:
            await self.people.agents.set_presence(actor.account_id, "online")
        await self.people.agents.set_capacity(actor.account_id, capacity, actor="system")
        return actor

    async def say(self, text: str, *, who: str = "visitor-1") -> str:
        """A citizen writes; the bot has answered when this returns. Returns the conversation."""
        receipt = await self.engine.receive(
            InboundMessage("web", who, TextContent(text=text), client_msg_id=new_id())
        )
        await self.turns.idle()
        return receipt.conversation.id

    async def waiting(self, number: int) -> list[str]:
        """That many citizens in the queue, in this order."""
        return [await self.say("转人工", who=f"waiting-{n}-{new_id()}") for n in range(number)]

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self.uows.read() as session:
            row = await session.get(Conversation, conversation_id)
            assert row is not None
            return row

    async def thread(self, conversation_id: str) -> list[Message]:
        async with self.uows.read() as session:
            return await repository.messages(session, conversation_id, after_seq=0, limit=1000)

    async def texts(self, conversation_id: str) -> list[tuple[str, str]]:
        rows = await self.thread(conversation_id)
        # A form says what it is for in its data.
        said = [row.content if "text" in row.content else row.content["data"] for row in rows]
        return [(row.author_kind, one["text"]) for row, one in zip(rows, said, strict=True)]

    async def configure(self, name: str, value: BaseModel) -> None:
        """Store a document of business rules."""
        async with self.uows.write() as uow:
            await put_config(uow, name, value, "system")

    async def admit_by(self, *rows: Row) -> None:
        """The decision table from now on."""
        await self.configure(ADMISSION_CONFIG, AdmissionSettings(rows=list(rows)))

    def told(self, name: str, conversation_id: str) -> list[Event]:
        """Events of that name about the conversation."""
        return [
            event
            for event in self.heard.events
            if event.name == name and conversation_id in event.payload.model_dump_json()
        ]

    async def heard_by(self, conversation_id: str, name: str) -> list[Event]:
        """Events of that name the citizen of the conversation has heard."""
        conversation = await self.conversation(conversation_id)
        room = contact_room(conversation.contact_id, conversation.inbox_id)
        return [
            event
            for event in self.heard.events
            if event.name == name and room in event.audience.visitor_rooms
        ]


@pytest.fixture
async def world(uow_factory: UnitOfWorkFactory, clock: FixedClock) -> AsyncIterator[World]:
    async with open_world(uow_factory, clock) as world:
        yield world


@asynccontextmanager
async def open_world(uow_factory: UnitOfWorkFactory, clock: FixedClock) -> AsyncIterator[World]:
    heard = Heard()
    uow_factory.publish = heard
    words = SensitiveWords()
    people = build_people(
        uow_factory, InternalArticles(), words, sms=Sms(Sealer("a secret of the tests"))
    )
    bot, policy = ScriptedBot(), RulePolicy()
    turns = TurnRunner(
        uows=uow_factory, bot=bot, policy=policy, desk=people.desk, knowledge=NoKnowledge(),
        region="example", workers=4,
    )  # fmt: skip
    async with uow_factory.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=now))
        await add_shipped(uow)
    yield World(
        uows=uow_factory,
        clock=clock,
        engine=Engine(
            uows=uow_factory, desk=people.desk, turns=turns, words=words, direct=people.direct
        ),
        turns=turns,
        policy=policy,
        bot=bot,
        people=people,
        sweeper=TimerSweeper(uow_factory, people.timers()),
        heard=heard,
        words=words,
    )
    await turns.idle()


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    """The desk's sockets, served."""
    from tests.integration.handoff.office import opened

    async with opened(world) as office:
        yield office

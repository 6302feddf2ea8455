"""Portals between a real engine with the real desk behind it and a portal that listens, on each database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import http_errors
from app.delivery import Delivery
from app.files import Files, build_files
from app.people import People, build_people
from app.webhook import Webhook, build_webhook
from channels.web.commands import VisitorCommands
from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Role
from core.clock import FixedClock
from core.configs import put_config
from core.conversation import repository
from core.conversation.content import TextContent
from core.conversation.engine import Engine
from core.conversation.models import Conversation, Message
from core.conversation.thread import DELIVER_TOPIC
from core.conversation.turns import TurnRunner
from core.errors import NotAuthenticated
from core.events import Event
from core.ids import new_id
from core.outbox.models import OutboxRow
from core.outbox.worker import OutboxWorker
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside, trusted
from handoff.desk.attachment_endpoints import build_router as build_attachments
from handoff.desk.recalling import Recalling
from handoff.hours.decisions import Row
from handoff.hours.settings import ADMISSION_CONFIG, AdmissionSettings
from tests.fakes import InternalArticles, NoKnowledge, ScriptedBot, ScriptedPolicy
from tests.integration.webhook.portal import INBOX, Receiver, Sender, receiving

# For what does not depend on the kind of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Made once: reading the authorities takes longer than most of these tests.
TRUSTED = trusted()
ADMIN = "/api/v1/webhook/inboxes"


class OneToken:
    """Stands in for the login service: the token says the role."""

    async def authenticate(self, token: str | None) -> Actor:
        if token is None:
            raise NotAuthenticated()
        return Actor(account_id=new_id(), login="x", name="x", role=Role(token))


class NoDrafts:
    def hear(self, conversation_id: str, draft: str) -> None:
        raise AssertionError("portals send no drafts")


@dataclass
class World:
    """`sender` speaks to us for the portal, `receiver` is its callback address; `admin` is our administrator."""

    uows: UnitOfWorkFactory
    clock: FixedClock
    bot: ScriptedBot
    policy: ScriptedPolicy
    turns: TurnRunner
    engine: Engine
    people: People
    files: Files
    webhook: Webhook
    outbox: OutboxWorker
    app: FastAPI
    http: httpx.AsyncClient
    admin: httpx.AsyncClient
    sender: Sender
    receiver: Receiver
    events: list[Event]
    news: asyncio.Condition

    async def settle(self) -> None:
        """Let the bot answer, the reactions run, and the outbox empty itself as far as it is due."""
        await self.turns.idle()
        await self._react()
        while await self.outbox.work_once():
            await self.turns.idle()
            await self._react()

    async def _react(self) -> None:
        while self.events:
            event = self.events.pop(0)
            if event.name == "queue.updated":
                await self.webhook.queue_news(event)

    async def later(self, **step: float) -> None:
        """Wait until what failed is due again."""
        self.clock.advance(timedelta(**(step or {"hours": 17})))
        await self.settle()

    async def connect(self, callback: str | None = None) -> None:
        """Make the portal's inbox; the sender gets its secret."""
        url = self.receiver.url if callback is None else callback
        body = {"id": INBOX, "name": "政务服务网", "callback_url": url}
        made = await self.admin.post(ADMIN, json=body)
        assert made.status_code == 201, made.text
        self.sender.secret = made.json()["secret"]

    async def agent(self, login: str = "wang") -> Actor:
        actor = Actor(new_id(), login, f"坐席{login}", Role.AGENT)
        async with self.uows.write() as uow:
            account = Account(
                id=actor.account_id, login=login, name=actor.name, role=actor.role.value,
                password_hash="-", active=True, created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(account)
        await self.people.agents.connect(actor.account_id, f"sid-{login}")
        await self.people.agents.set_presence(actor.account_id, "online")
        return actor

    async def serve(self, who: str = "u-1") -> tuple[Actor, str]:
        """The citizen asks for people and an agent takes the conversation."""
        agent = await self.agent()
        await self.sender.does("handoff", who=who)
        await self.settle()
        conversation = await self.conversation(who)
        await self.people.taking.claim(conversation.id, agent)
        await self.settle()
        return agent, conversation.id

    async def answer(self, agent: Actor, conversation_id: str, text: str) -> str:
        """The agent writes; returns the message."""
        sent = await self.people.talking.send_message(
            conversation_id, agent, TextContent(text=text), client_msg_id=new_id()
        )
        return sent.id

    async def conversation(self, who: str = "u-1") -> Conversation:
        async with self.uows.read() as session:
            contact = await repository.contact_by_identity(session, INBOX, who)
            assert contact is not None
            found = await repository.latest_conversation(session, contact.id, INBOX)
            assert found is not None
            return found

    async def thread(self, who: str = "u-1") -> list[Message]:
        conversation = await self.conversation(who)
        async with self.uows.read() as session:
            return await repository.messages(session, conversation.id, after_seq=0, limit=1000)

    async def said(self, who: str = "u-1") -> list[str]:
        return [
            row.content.get("text", "") for row in await self.thread(who)
            if row.author_kind == "visitor"
        ]  # fmt: skip

    async def outbox_rows(self) -> list[OutboxRow]:
        async with self.uows.read() as session:
            return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    async def deliveries(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.admin.get(f"{ADMIN}/{INBOX}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


async def _always_open(uows: UnitOfWorkFactory) -> None:
    async with uows.write() as uow:
        rows = [Row(outcome="queue")]
        await put_config(uow, ADMISSION_CONFIG, AdmissionSettings(rows=rows), "test")


@pytest.fixture
async def world(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    uows, bot, policy = uow_factory, ScriptedBot(), ScriptedPolicy()
    settings = Settings(
        _env_file=None, home=tmp_path / "home", secret_key="installation-key",  # type: ignore[call-arg]
        public_url="https://kf.example.gov.cn", outbound_proxy="",
    )  # fmt: skip
    events: list[Event] = []

    news = asyncio.Condition()

    async def publish(committed: list[Event]) -> None:
        async with news:
            events.extend(committed)
            news.notify_all()

    uows.publish = publish
    people = build_people(uows, InternalArticles())
    files = build_files(settings, uows, people.reader)
    turns = TurnRunner(
        uows=uows, bot=bot, policy=policy, desk=people.desk, knowledge=NoKnowledge(),
        region="example", workers=4,
    )  # fmt: skip
    engine = Engine(uows=uows, desk=people.desk, turns=turns)
    commands = VisitorCommands(
        engine=engine, uows=uows, ratings=people.ratings, links=files.links, drafts=NoDrafts()
    )
    outside = Outside(verify=TRUSTED)
    webhook = build_webhook(
        settings, uows, engine=engine, commands=commands, files=files, ratings=people.ratings,
        outside=outside,
    )  # fmt: skip
    delivery = Delivery(uows, {webhook.channel.channel: webhook.channel})
    outbox = OutboxWorker(uows, {DELIVER_TOPIC: delivery, **webhook.handlers()})
    await _always_open(uows)
    app = FastAPI()
    app.state.auth = OneToken()
    http_errors.install(app)
    app.include_router(webhook.callback)
    app.include_router(webhook.admin, prefix="/api/v1")
    opened = build_attachments(files.attachments, files.links, people.reader, Recalling(uows))
    app.include_router(opened, prefix="/api/v1")
    # An exception inside the product is a 500, as it would be on a socket.
    inside = httpx.ASGITransport(app, raise_app_exceptions=False)
    base = "https://kf.example.gov.cn"
    http = httpx.AsyncClient(transport=inside, base_url=base)
    token = {"authorization": "Bearer admin"}
    admin = httpx.AsyncClient(transport=inside, base_url=base, headers=token)
    async with receiving() as receiver:
        yield World(
            uows, clock, bot, policy, turns, engine, people, files, webhook, outbox, app,
            http, admin, Sender(http, clock), receiver, events, news,
        )  # fmt: skip
        await turns.idle()
        await webhook.outside.close()


@pytest.fixture
async def portal(world: World) -> World:
    """The world with the portal's inbox connected."""
    await world.connect()
    return world

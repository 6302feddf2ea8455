"""The channel between the simulator and a real engine, over HTTP without sockets, on each database."""

from __future__ import annotations

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
from channels.tencent.accounts.credentials import Credentials, Mode
from channels.tencent.api.client import Tools
from channels.tencent.api.health import Health
from channels.tencent.api.token import AccessTokens
from channels.tencent.pages.links import PageLinks
from channels.tencent.pages.rating import ChatRatings
from channels.tencent.receiving.callback import build_router
from channels.tencent.receiving.media import MEDIA_TOPIC, MediaIntake
from channels.tencent.replies.allowed import WeChatReplies
from channels.tencent.replies.waiting import NOTICE_TOPIC
from channels.tencent.sending.delivering import Courier, NoticeHandler
from channels.tencent.sending.media_out import MediaOut
from channels.wechat.accounts import Account, Accounts
from channels.wechat.api import WeChatApis
from channels.wechat.carrier import WeChatCarrier
from channels.wechat.downloads import Downloads
from channels.wechat.events import Events
from channels.wechat.following import Followers
from channels.wechat.inbound import WeChatInbound
from channels.wechat.menu_push import MENU_TOPIC, MenuPush
from channels.wechat.notices import Notices
from channels.wechat.people import WhoIs
from channels.wechat.picks import remember
from channels.wechat.reminders import Reminders
from core.clock import FixedClock
from core.conversation import repository
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.service import Attachments
from core.conversation.engine import Engine
from core.conversation.models import Conversation, Message
from core.conversation.persons import TOPIC as PERSON_TOPIC
from core.conversation.persons import Persons
from core.conversation.thread import DELIVER_TOPIC
from core.conversation.turns import TurnRunner
from core.conversation.ways import ASK_TOPIC
from core.outbox.models import OutboxRow
from core.outbox.worker import Handler, OutboxWorker
from core.secrets.store import SecretStore
from core.sensitive.book import SensitiveWords
from core.storage.local import LocalFiles
from core.unit_of_work import UnitOfWorkFactory
from handoff.ratings.service import RatingService
from simulators.wechat.app import build_app as build_simulator
from simulators.wechat.settings import WeChatSettings
from tests.fakes import HotList, NoKnowledge, OpenDesk, ScriptedBot, ScriptedPolicy

INBOX = "wx"
APP_ID = "wx1234567890abcdef"
CALLBACK = f"http://product.test/channels/wechat/{INBOX}"


@dataclass
class World:
    """`product` calls us, `wechat` calls the simulator; `credentials` are those both share."""

    uows: UnitOfWorkFactory
    clock: FixedClock
    engine: Engine
    turns: TurnRunner
    bot: ScriptedBot
    desk: OpenDesk
    accounts: Accounts
    apis: WeChatApis
    carrier: WeChatCarrier
    courier: Courier[Account]
    outbox: OutboxWorker
    app: FastAPI
    product: httpx.AsyncClient
    wechat: httpx.AsyncClient
    credentials: Credentials
    settings: WeChatSettings
    hot: HotList
    media: MediaIntake
    files: LocalFiles
    tools: Tools

    async def connect(self, mode: Mode = "encrypted", *, menus: bool = True, **more: Any) -> None:
        """Connect the account in `mode`, and let the simulator push in the same mode."""
        await self.wechat.put("/_control/mode", json={"mode": mode})
        async with self.uows.write() as uow:
            await self.accounts.connect(
                uow, inbox_id=INBOX, name="公众号", app_id=APP_ID, mode=mode,
                credentials=self.credentials, actor="test", menus=menus, **more,
            )  # fmt: skip

    async def settle(self) -> None:
        """Let the bot answer and the outbox empty itself, retries included."""
        await self.turns.idle()
        while await self.outbox.work_once():
            await self.turns.idle()

    async def retry(self) -> None:
        """Wait until what failed is due again."""
        self.clock.advance(timedelta(hours=1))
        await self.settle()

    async def retry_soon(self) -> None:
        """The same of what has failed once or twice."""
        self.clock.advance(timedelta(minutes=10))
        await self.settle()

    async def say(self, text: str, *, openid: str = "oCitizen", **more: str) -> dict[str, Any]:
        response = await self.wechat.post(
            "/_citizen/send", json={"openid": openid, "text": text, **more}
        )
        assert response.status_code == 200, response.text
        await self.settle()
        answer: dict[str, Any] = response.json()
        return answer

    async def tap(self, key: str, *, openid: str = "oCitizen") -> None:
        """A tap on an item of the account's menu."""
        body = {"openid": openid, "event": "CLICK", "event_key": key}
        response = await self.wechat.post("/_citizen/event", json=body)
        assert response.json()["accepted"] is True
        await self.settle()

    async def chat(self, openid: str = "oCitizen") -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = (
            await self.wechat.get(f"/_citizen/{openid}/messages")
        ).json()["messages"]
        return messages

    async def answers(self, openid: str = "oCitizen") -> list[str]:
        lines = [line for line in await self.chat(openid) if line["sender"] == "account"]
        return ["\n\n".join(filter(None, (line["text"], line["tail"]))) for line in lines]

    async def conversation(self, openid: str = "oCitizen") -> Conversation:
        async with self.uows.read() as session:
            contact = await repository.contact_by_identity(session, INBOX, openid)
            assert contact is not None
            conversation = await repository.latest_conversation(session, contact.id, INBOX)
            assert conversation is not None
            return conversation

    async def thread(self, openid: str = "oCitizen") -> list[Message]:
        conversation = await self.conversation(openid)
        async with self.uows.read() as session:
            return await repository.messages(session, conversation.id, after_seq=0, limit=1000)

    async def texts(self, openid: str = "oCitizen") -> list[tuple[str, str]]:
        return [(row.author_kind, row.content.get("text", "")) for row in await self.thread(openid)]

    async def outbox_rows(self) -> list[OutboxRow]:
        async with self.uows.read() as session:
            return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def handlers(uows: UnitOfWorkFactory, courier: Courier[Account]) -> dict[str, Handler]:
    """The topics that bring something to citizens."""
    couriers = {courier.channel: courier}
    return {DELIVER_TOPIC: Delivery(uows, couriers), NOTICE_TOPIC: NoticeHandler(uows, couriers)}


def tools_for(uows: UnitOfWorkFactory, http: httpx.AsyncClient) -> Tools:
    store = SecretStore("installation-key")
    return Tools(http, AccessTokens(uows=uows, store=store), Health(uows))


@pytest.fixture
async def world(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    credentials = Credentials.random()
    accounts = Accounts(store=SecretStore("installation-key"))
    app = FastAPI()
    http_errors.install(app)
    settings = WeChatSettings(
        callback_url=CALLBACK, app_id=APP_ID, app_secret=credentials.app_secret, token=credentials.token,
        aes_key=credentials.encoding_aes_key or "", mode="encrypted", retry_pause_seconds=0,
    )  # fmt: skip
    # An exception inside the product is a 500, as it would be on a socket.
    to_product = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False))
    simulator = build_simulator(settings, http=to_product, now=lambda: clock.now().timestamp())
    to_wechat = httpx.AsyncClient(
        transport=httpx.ASGITransport(simulator), base_url="http://wechat.test"
    )
    tools = tools_for(uow_factory, to_wechat)
    apis = WeChatApis(tools=tools, base_url="http://wechat.test")
    bot, desk, policy = ScriptedBot(), OpenDesk(), ScriptedPolicy()
    turns = TurnRunner(
        uows=uow_factory,
        bot=bot,
        policy=policy,
        desk=desk,
        knowledge=NoKnowledge(),
        region="example",
        workers=4,
    )
    engine = Engine(uows=uow_factory, desk=desk, turns=turns, replies=WeChatReplies(clock))
    hot = HotList()
    files = LocalFiles(tmp_path / "files")
    attachments = Attachments(uow_factory, files)
    media = MediaIntake(uows=uow_factory, receiver=engine, attachments=attachments)
    media.serve("wechat", Downloads(uows=uow_factory, accounts=accounts, apis=apis).open)
    notices = Notices(uows=uow_factory, hot=hot)
    links = PageLinks("secret", clock, "http://product.test")
    ratings = RatingService(uows=uow_factory, words=SensitiveWords())
    chat_ratings = ChatRatings(uows=uow_factory, ratings=ratings, links=links)
    reminders = Reminders(uows=uow_factory, apis=apis)
    inbound = WeChatInbound(
        uows=uow_factory, accounts=accounts, receiver=engine, media=media, notices=notices,
        events=Events(uows=uow_factory, notices=notices, hot=hot, reports=reminders.reported),
        ratings=chat_ratings,
    )  # fmt: skip
    app.include_router(build_router("wechat", inbound=inbound, health=tools.health))
    carrier = WeChatCarrier(
        accounts=accounts, apis=apis, media=MediaOut(uows=uow_factory, attachments=attachments), links=links,
        reminders=reminders, followers=Followers(uow_factory), public_url="http://product.test",
    )  # fmt: skip
    courier = Courier(
        uows=uow_factory, carrier=carrier, links=FileLinks("secret", clock), numbered=remember
    )
    menus = MenuPush(uows=uow_factory, accounts=accounts, apis=apis, hot=hot)
    topics = {**handlers(uow_factory, courier), MENU_TOPIC: menus, MEDIA_TOPIC: media.fetch}
    persons = Persons(uow_factory)
    topics[ASK_TOPIC] = WhoIs(uows=uow_factory, accounts=accounts, apis=apis, persons=persons)
    topics[PERSON_TOPIC] = persons
    outbox = OutboxWorker(uow_factory, topics)
    product = httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://product.test",
    )
    yield World(
        uow_factory, clock, engine, turns, bot, desk, accounts, apis, carrier, courier, outbox, app,
        product, to_wechat, credentials, settings, hot, media, files, tools,
    )  # fmt: skip
    await turns.idle()

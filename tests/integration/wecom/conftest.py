"""微信客服 between the simulator and a real engine, over HTTP without sockets, on each database."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import http_errors
from app.chat_side import ChatSide
from app.delivery import Delivery
from app.wecom import Wecom, build_wecom
from channels.tencent.accounts.credentials import Credentials
from channels.tencent.api.client import Tools
from channels.tencent.api.health import Health
from channels.tencent.api.token import AccessTokens
from channels.tencent.pages.links import PageLinks
from channels.tencent.pages.rating import ChatRatings
from channels.tencent.receiving.media import MEDIA_TOPIC, MediaIntake
from channels.tencent.replies.allowed import WeChatReplies
from channels.tencent.replies.waiting import NOTICE_TOPIC
from channels.tencent.sending.delivering import NoticeHandler
from channels.tencent.sending.media_out import MediaOut
from core.clock import FixedClock
from core.conversation import persons, repository
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.service import Attachments
from core.conversation.engine import Engine
from core.conversation.models import Conversation, Message
from core.conversation.thread import DELIVER_TOPIC
from core.conversation.turns import TurnRunner
from core.events import Event
from core.outbox.models import OutboxRow
from core.outbox.worker import OutboxWorker
from core.secrets.store import SecretStore
from core.sensitive.book import SensitiveWords
from core.settings import Settings
from core.storage.local import LocalFiles
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.recalling import Recalling
from handoff.ratings.service import RatingService
from simulators.wecom.app import build_app as build_simulator
from simulators.wecom.settings import WeComSettings
from tests.fakes import HotList, NoKnowledge, OpenDesk, ScriptedBot, ScriptedPolicy

INBOX, KF, CORP = "kf", "wkDesk0001", "ww0123456789abcdef"
CITIZEN = "wmCitizen00000001"
PRODUCT = "http://product.test"
# For tests of what does not touch the database in a way of its own.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class World:
    """`product` calls us, `wecom` calls the simulator; `credentials` are those both share."""

    uows: UnitOfWorkFactory
    clock: FixedClock
    engine: Engine
    turns: TurnRunner
    bot: ScriptedBot
    desk: OpenDesk
    ours: Wecom
    outbox: OutboxWorker
    sweeper: TimerSweeper
    product: httpx.AsyncClient
    wecom: httpx.AsyncClient
    credentials: Credentials
    hot: HotList
    words: SensitiveWords
    files: LocalFiles
    handlers: dict[str, Any]
    events: list[Event] = field(default_factory=list)

    async def connect(self, inbox_id: str = INBOX, open_kfid: str = KF, **more: Any) -> None:
        async with self.uows.write() as uow:
            await self.ours.accounts.connect(
                uow, inbox_id=inbox_id, name="微信客服", corp_id=CORP, open_kfid=open_kfid,
                credentials=self.credentials, actor="test", **more,
            )  # fmt: skip

    async def settle(self) -> None:
        """Let everything be fetched, the bot answer and the outbox empty itself."""
        await self.turns.idle()
        while await self.outbox.work_once():
            await self.turns.idle()

    async def later(self, seconds: float) -> None:
        """Time passes: timers and what waits for its next try are due."""
        self.clock.advance(timedelta(seconds=seconds))
        while await self.sweeper.sweep_once():
            pass
        await self.settle()

    async def do(self, what: str, *, settle: bool = True, **body: Any) -> dict[str, Any]:
        """Something the citizen does at the simulator."""
        self.clock.advance(timedelta(seconds=1))
        response = await self.wecom.post(f"/_citizen/{what}", json={"citizen": CITIZEN} | body)
        assert response.status_code == 200, response.text
        if settle:
            await self.settle()
        answer: dict[str, Any] = response.json()
        return answer

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        return await self.do("send", text=text, **more)

    async def send_file(self, kind: str, data: bytes, **more: Any) -> dict[str, Any]:
        return await self.do("media", kind=kind, data=base64.b64encode(data).decode(), **more)

    async def order(self, what: str, **body: Any) -> None:
        """Something the simulator is told to do wrong."""
        response = await self.wecom.post(f"/_control/{what}", json=body)
        assert response.status_code == 200, response.text

    async def chat(self, citizen: str = CITIZEN, open_kfid: str = KF) -> list[dict[str, Any]]:
        query = {"open_kfid": open_kfid}
        answer = (await self.wecom.get(f"/_citizen/{citizen}/messages", params=query)).json()
        lines: list[dict[str, Any]] = answer["messages"]
        return lines

    async def answers(self, citizen: str = CITIZEN, open_kfid: str = KF) -> list[str]:
        """What the citizen read, whole: below a menu may stand what was written a moment later."""
        lines = await self.chat(citizen, open_kfid)
        told = (line for line in lines if line["sender"] == "account")
        return ["\n\n".join(filter(None, (line["text"], line["tail"]))) for line in told]

    async def state(self, citizen: str = CITIZEN) -> int:
        answer = (await self.wecom.get(f"/_citizen/{citizen}/messages")).json()
        return int(answer["state"])

    async def calls(self, path: str) -> int:
        return int((await self.wecom.get("/_control/state")).json()["calls"].get(path, 0))

    async def conversation(self, citizen: str = CITIZEN, inbox_id: str = INBOX) -> Conversation:
        async with self.uows.read() as session:
            contact = await repository.contact_by_identity(session, inbox_id, citizen)
            assert contact is not None
            found = await repository.latest_conversation(session, contact.id, inbox_id)
            assert found is not None
            return found

    async def thread(self, citizen: str = CITIZEN, inbox_id: str = INBOX) -> list[Message]:
        conversation = await self.conversation(citizen, inbox_id)
        async with self.uows.read() as session:
            return await repository.messages(session, conversation.id, after_seq=0, limit=2000)

    async def said(self, citizen: str = CITIZEN, inbox_id: str = INBOX) -> list[str]:
        """What the citizen wrote, as it is stored."""
        rows = await self.thread(citizen, inbox_id)
        return [row.content.get("text", "") for row in rows if row.author_kind == "visitor"]

    async def rows(self, topic: str) -> list[OutboxRow]:
        async with self.uows.read() as session:
            query = select(OutboxRow).where(OutboxRow.topic == topic).order_by(OutboxRow.id)
            return list(await session.scalars(query))


@pytest.fixture
async def world(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    credentials = Credentials.random()
    settings = Settings(
        home=tmp_path, secret_key="installation-key", public_url=PRODUCT,
        wecom_api_base="http://wecom.test", _env_file=None,
    )  # type: ignore[call-arg]  # fmt: skip
    app = FastAPI()
    http_errors.install(app)
    # An exception inside the product is a 500, as it would be on a socket.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    to_product = httpx.AsyncClient(transport=transport)
    stand_in = WeComSettings(
        callback_url=f"{PRODUCT}/channels/wecom/{INBOX}", corp_id=CORP, secret=credentials.app_secret,
        token=credentials.token, aes_key=credentials.encoding_aes_key or "", open_kfids=f"{KF},wkDesk0002",
        retry_pause_seconds=0,
    )  # fmt: skip
    simulator = build_simulator(stand_in, http=to_product, now=lambda: clock.now().timestamp())
    to_wecom = httpx.AsyncClient(
        transport=httpx.ASGITransport(simulator), base_url="http://wecom.test"
    )
    store = SecretStore("installation-key")
    tools = Tools(to_wecom, AccessTokens(uows=uow_factory, store=store), Health(uow_factory))
    bot, desk = ScriptedBot(), OpenDesk()
    turns = TurnRunner(
        uows=uow_factory, bot=bot, policy=ScriptedPolicy(), desk=desk, knowledge=NoKnowledge(),
        region="example", workers=4,
    )  # fmt: skip
    words = SensitiveWords()
    engine = Engine(
        uows=uow_factory, desk=desk, turns=turns, words=words, replies=WeChatReplies(clock)
    )
    files = LocalFiles(tmp_path / "files")
    attachments = Attachments(uow_factory, files)
    links = FileLinks("secret", clock)
    pages = PageLinks("secret", clock, PRODUCT)
    ratings = ChatRatings(
        uows=uow_factory, ratings=RatingService(uows=uow_factory, words=words), links=pages
    )
    chat = ChatSide(
        links=pages, ratings=ratings, media=MediaOut(uows=uow_factory, attachments=attachments),
        pages=FastAPI().router,
    )  # fmt: skip
    media = MediaIntake(uows=uow_factory, receiver=engine, attachments=attachments)
    hot = HotList()
    joining = persons.Persons(uow_factory)
    ours = build_wecom(
        settings, uow_factory, tools=tools, engine=engine, media=media, hot=hot, chat=chat,
        links=links, persons=joining, take_back=Recalling(uow_factory),
    )  # fmt: skip
    app.include_router(ours.callback)
    handlers = {
        DELIVER_TOPIC: Delivery(uow_factory, {"wecom": ours.channel}),
        NOTICE_TOPIC: NoticeHandler(uow_factory, {"wecom": ours.channel}),
        MEDIA_TOPIC: media.fetch,
        persons.TOPIC: joining,
        **ours.handlers(),
    }
    outbox = OutboxWorker(uow_factory, handlers)
    sweeper = TimerSweeper(uow_factory, ours.timers())
    product = httpx.AsyncClient(transport=transport, base_url=PRODUCT)
    world = World(
        uow_factory, clock, engine, turns, bot, desk, ours, outbox, sweeper, product, to_wecom,
        credentials, hot, words, files, handlers,
    )  # fmt: skip

    async def publish(events: list[Event]) -> None:
        world.events += events
        for event in events:
            if ours.closing.concerns(event):
                await ours.closing.on_closed(event)

    uow_factory.publish = publish
    yield world
    await turns.idle()

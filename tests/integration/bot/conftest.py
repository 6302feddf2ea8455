"""A real Rasa server with the real actions; only the knowledge search and the business system are fakes."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from actions.executor import build_executor
from actions.needs import Needs
from actions.region import RegionNumbers
from actions.router import build_router
from app.topics import topic_examples
from bot.client import RasaBot
from bot.supervision import RasaProcess
from bot.training import train
from core.clock import LOCAL_ZONE
from core.conversation.business import ServiceHall
from core.conversation.content import Citation, plain_text
from core.conversation.ports import BotReply, BotTurn, KnowledgeHit, KnowledgeResult
from core.errors import Unavailable
from core.processes import free_port
from core.settings import ROOT, Settings
from knowledge.articles.regions import SHIPPED_REGIONS, Regions

TOKEN = "test-token"


def _now() -> datetime:
    return datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)


def answer(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
    """Knows about renting and interest; breaks on 坏掉; guides on 提取条件; knows nothing else."""
    if "坏掉" in text:
        raise RuntimeError("index is broken")
    hit = KnowledgeHit(
        article_id="rent",
        question="租房可以提取公积金吗",
        answer_md=f"可以（{region}）。",
        score=0.93,
        citations=[Citation(document="住房公积金管理条例", clause="第二十四条第一款第六项")],
        category="提取",
        next=["提取要多久到账"],
    )
    if "租房" in text or "利率" in text:
        return KnowledgeResult("answer", [hit])
    if "条件" in text:
        return KnowledgeResult("guide", [hit])
    return KnowledgeResult("unknown", [])


class FakeGateway:
    """Lists two halls; region "down" is out of order."""

    async def service_halls(self, region: str) -> list[ServiceHall]:
        if region == "down":
            raise Unavailable(part="business_system")
        return [
            ServiceHall("east", "城东大厅", "东路1号", "0571-1", "9:00-17:00", "城东区"),
            ServiceHall("west", "城西大厅", "西路2号", "0571-2", "9:00-17:00", "城西区"),
        ]


def read_region(code: str) -> RegionNumbers:
    found = Regions.load(SHIPPED_REGIONS).get(code)
    return RegionNumbers(found.name, found.example, found.values)


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaProcess]:
    """Rasa, trained if necessary, and the action server it calls; for the whole test run."""
    app = FastAPI()
    needs = Needs(answer, read_region, FakeGateway(), _now, default_region="example")
    app.include_router(build_router(build_executor(needs), TOKEN))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    process = RasaProcess(
        ROOT,
        train(ROOT, Settings().model_dir, topic_examples()).model,
        token=TOKEN,
        action_url=f"http://127.0.0.1:{port}/webhook",
        log_file=tmp_path_factory.mktemp("rasa") / "rasa.log",
    )
    asyncio.run(process.start())
    yield process
    asyncio.run(process.stop())
    server.should_exit = True
    thread.join()


@pytest.fixture
async def bot(rasa: RasaProcess) -> AsyncIterator[RasaBot]:
    async with httpx.AsyncClient() as client:
        yield RasaBot(rasa.url, TOKEN, client)


@pytest.fixture
def log_text(rasa: RasaProcess) -> Callable[[], str]:
    """Reads what Rasa has logged so far."""
    return lambda: rasa.log_file.read_text("utf-8", errors="replace")


class Conversation:
    """One citizen's conversation with the bot."""

    def __init__(self, bot: RasaBot) -> None:
        self._bot = bot
        self._id = uuid.uuid4().hex

    async def say(self, text: str, region: str = "example", **more: Any) -> BotReply:
        """`more`: what else the engine tells of the turn."""
        return await self._bot.respond(BotTurn(self._id, text, "web", "web", region, **more))

    async def hear(self, text: str) -> str:
        """What the bot answers, as plain text."""
        reply = await self.say(text)
        return "\n".join(plain_text(content) for content in reply.contents)


@pytest.fixture
def talk(bot: RasaBot) -> Conversation:
    return Conversation(bot)

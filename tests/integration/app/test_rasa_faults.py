"""The real Rasa behind the real server: it breaks, hangs and dies; citizens get graceful answers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.topics import topic_examples
from bot.knowledge_only import PAUSE_SECONDS, TASKS_AWAY
from bot.supervision import RasaProcess
from bot.training import train
from core.conversation.ports import KnowledgeQuery, KnowledgeResult
from core.processes import free_port, wait_until
from core.settings import ROOT, Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.integration.app.clients import Data, VisitorClient, text_of
from tests.integration.app.site import Site, running, settings_for

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
TOKEN = "shared-by-rasa-and-server"


@pytest.fixture(scope="module")
def port() -> int:
    """Where Rasa will call the actions of the server under test."""
    return free_port()


@pytest.fixture
async def rasa(port: int, tmp_path: Path) -> AsyncIterator[RasaProcess]:
    process = RasaProcess(
        ROOT, train(ROOT, Settings().model_dir, topic_examples()).model, token=TOKEN,
        action_url=f"http://127.0.0.1:{port}/webhook", log_file=tmp_path / "rasa.log",
    )  # fmt: skip
    await process.start()
    watching = asyncio.create_task(process.watch())
    yield process
    await process.stop()
    await watching


@pytest.fixture
async def site(
    tmp_path: Path,
    database_url: str,
    encoder: Path,
    builder: IndexBuilder,
    rasa: RasaProcess,
    port: int,
) -> AsyncIterator[Site]:
    settings = settings_for(
        tmp_path / "home", database_url, encoder, port=port, rasa_url=rasa.url, rasa_token=TOKEN,
        rasa_timeout_seconds=4,
    )  # fmt: skip
    async with running(settings, builder) as site:
        yield site


async def _ask(citizen: VisitorClient, text: str) -> Data:
    """Say it and get the first answer to it."""
    seq = (await citizen.say(text))["seq"]
    return await citizen.hear(
        "message.created", lambda m: m["author"]["kind"] == "bot" and m["seq"] > seq
    )


async def test_the_bot_goes_on_serving_through_every_fault(
    site: Site, rasa: RasaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = site.container.knowledge.search
    found = type(search).search

    def breaks(query: KnowledgeQuery) -> KnowledgeResult:
        if "生育津贴" in query.text:
            raise RuntimeError(f"broken at {query.text}")
        return found(search, query)

    async with site.visitor() as citizen:
        # All is well.
        answer = await _ask(citizen, "租房可以提取公积金吗")
        assert answer["content"]["type"] == "answer"
        assert answer["citations"][0]["clause"] == "第二十四条"

        # An action raises.
        monkeypatch.setattr(search, "search", breaks)
        sorry = await _ask(citizen, "生育津贴怎么计发")
        assert "抱歉" in text_of(sorry)
        assert "RuntimeError" not in str(sorry)
        assert "broken at" not in str(sorry)
        monkeypatch.undo()

        # In the middle of a task Rasa hangs: the turn is given up in time, knowledge answers go on.
        asked = await _ask(citizen, "帮我算算公积金能贷多少")
        assert text_of(asked)
        pid = rasa.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        away = await _ask(citizen, "我的月缴存额是2000元")
        assert text_of(away) == TASKS_AWAY.text
        known = await _ask(citizen, "租房可以提取公积金吗")
        assert known["content"]["type"] == "answer"
        ready = (await site.http.get("/readyz")).json()
        assert (ready["status"], ready["parts"]["rasa"]) == ("degraded", "down")
        await citizen.call("request_handoff")
        assert (await citizen.hear("queue.updated"))["position"] == 1
        await citizen.call("cancel_handoff")

        # Then it is killed; its supervisor starts it again, and all is well.
        os.kill(pid, signal.SIGKILL)
        assert await wait_until(site.container.bot.healthy, seconds=90)
        _forget_the_pause(site, monkeypatch)
        task = await _ask(citizen, "帮我算算公积金能贷多少")
        assert text_of(task) != TASKS_AWAY.text
        assert rasa.pid not in (None, pid)
        thread = await citizen.thread()
        assert [m["seq"] for m in thread] == list(range(1, len(thread) + 1))


def _forget_the_pause(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the pause after the last failure were over."""
    assert PAUSE_SECONDS > 0
    monkeypatch.setattr(site.container.bot._bot, "_away_until", 0.0)

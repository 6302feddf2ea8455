"""The server dies without warning: nothing acknowledged is lost, nothing is stored or answered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.database import Database
from core.settings import Settings
from tests.integration.app.clients import VisitorClient, text_of
from tests.integration.app.processes import RasaStandIn, ServerProcess
from tests.integration.app.site import settings_for


@pytest.fixture
async def rasa() -> AsyncIterator[RasaStandIn]:
    async with RasaStandIn().running() as standing_in:
        yield standing_in


@pytest.fixture
def settings(tmp_path: Path, database_url: str, encoder: Path, rasa: RasaStandIn) -> Settings:
    return settings_for(
        tmp_path / "home", database_url, encoder, rasa_url=rasa.url, rasa_timeout_seconds=30
    )


@pytest.fixture
async def server(settings: Settings, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    server = ServerProcess(settings, tmp_path)
    await server.start()
    yield server
    await server.stop()


async def _say_all(citizen: VisitorClient, texts: list[str], acknowledged: list[str]) -> None:
    for number, words in enumerate(texts):
        await citizen.say(words, f"m{number}")
        acknowledged.append(words)


async def _lease_runs_out(settings: Settings) -> None:
    """As if the time a turn may take had passed since the server died.

    With SQLite no other server can be at work, so that there nobody has to wait for it.
    """
    database = Database(settings.resolved_database_url)
    if not database.is_sqlite:
        async with database.engine.begin() as connection:
            await connection.execute(text("UPDATE conversations SET turn_lease_until = created_at"))
    await database.close()


async def test_killed_between_messages_and_in_a_turn_nothing_is_lost_or_doubled(
    server: ServerProcess, settings: Settings, rasa: RasaStandIn
) -> None:
    texts = [f"第{n}句" for n in range(8)]
    acknowledged: list[str] = []
    citizen = VisitorClient(server.url)
    await citizen.connect()
    await citizen.say("你好", "hello")
    await citizen.hear_text("您说：你好")
    # Killed while the citizen goes on writing and the bot is at one of the messages.
    rasa.hold = True
    sending = asyncio.create_task(_say_all(citizen, texts, acknowledged))
    await rasa.is_asked("第0句")
    await server.kill()
    await asyncio.wait_for(citizen.gone.wait(), 15)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await citizen.sio.disconnect()
    rasa.let_go()
    await _lease_runs_out(settings)
    await server.start()

    async with VisitorClient(server.url, citizen.token) as back:
        stored = [text_of(m) for m in await back.thread() if m["author"]["kind"] == "visitor"]
        assert stored[: len(acknowledged) + 1] == ["你好", *acknowledged]
        # What the dead server was at is answered without another word.
        await rasa.is_asked("第0句", times=2)
        # The browser does not know which of the rest arrived, so it sends all of them again.
        await _say_all(back, texts, [])
        await back.say("最后一句", "last")
        await back.hear_text("您说：最后一句")
        thread = await back.thread()
    wanted = ["你好", *texts, "最后一句"]
    assert [m["seq"] for m in thread] == list(range(1, len(thread) + 1))
    assert [text_of(m) for m in thread if m["author"]["kind"] == "visitor"] == wanted
    assert [text_of(m) for m in thread if m["author"]["kind"] == "bot"] == [
        f"您说：{words}" for words in wanted
    ]

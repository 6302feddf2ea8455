"""The moment of the switch: turns are held briefly, none is lost, dialogues move along. Rasa itself is a stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import switching
from bot.client import RasaBot
from bot.switching import LocalRasa, NotCarried
from core.conversation.content import TextContent
from core.conversation.ports import BotReply, BotTurn
from core.errors import Unavailable


@dataclass
class Process:
    """One Rasa: counts what each conversation has said to it and answers with model and count."""

    model: str
    url: str
    trackers: dict[str, int] = field(default_factory=dict)
    saves: list[str] = field(default_factory=list)
    pid: int | None = None
    loads: bool = True
    refuses_trackers: bool = False
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    # Turns of these conversations wait until they are let go.
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    def launch(self) -> None:
        self.pid = 1

    async def wait_ready(self) -> None:
        if not self.loads:
            self.pid = None
            raise Unavailable(part="rasa")

    async def start(self) -> None:
        self.launch()
        await self.wait_ready()

    async def watch(self) -> None:
        await self.stopped.wait()

    async def stop(self) -> None:
        self.pid = None
        self.stopped.set()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if self.pid is None:
            raise httpx.ConnectError("nobody there")
        if request.url.path.endswith("/trackers"):
            return self._trackers(request)
        body = json.loads(request.content)
        sender = body["sender"]
        self.entered.set()
        if sender in self.held:
            await self.held[sender].wait()
        self.trackers[sender] = self.trackers.get(sender, 0) + 1
        self.saves.append(sender)
        return httpx.Response(200, json=[{"text": f"{self.model} {self.trackers[sender]}"}])

    def _trackers(self, request: httpx.Request) -> httpx.Response:
        if self.refuses_trackers:
            return httpx.Response(500)
        if request.method == "POST":
            given = json.loads(request.content)["trackers"]
            self.trackers |= {sender: int(text) for sender, text in given.items()}
            return httpx.Response(200, json={"taken": len(given)})
        sender = request.url.params.get("sender")
        after = int(request.url.params["after"])
        names = [sender] if sender else self.saves[after:]
        found = {name: str(self.trackers[name]) for name in names if name in self.trackers}
        page = {"shared": False, "mark": len(self.saves), "more": False, "trackers": found}
        return httpx.Response(200, json=page)


@dataclass
class Park:
    """All processes, by address, and the bot that reaches them over the line."""

    processes: dict[str, Process] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)

    def make(self, model: Path) -> Any:
        url = f"http://rasa-{len(self.processes)}"
        self.processes[url] = Process(model.name, url, **self.next)
        return self.processes[url]

    async def answer(self, request: httpx.Request) -> httpx.Response:
        return await self.processes[f"http://{request.url.host}"].answer(request)


@pytest.fixture
def park() -> Park:
    return Park()


@pytest.fixture
async def http(park: Park) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(park.answer)) as client:
        yield client


@pytest.fixture
async def rasa(park: Park, http: httpx.AsyncClient) -> AsyncIterator[LocalRasa]:
    rasa = LocalRasa(park.make, "token", http)
    rasa.launch(Path("old"))
    yield rasa
    await rasa.stop()


@pytest.fixture
def bot(rasa: LocalRasa, http: httpx.AsyncClient) -> RasaBot:
    return RasaBot(rasa, "token", http)


def turn(conversation: str) -> BotTurn:
    return BotTurn(
        conversation_id=conversation, text="你好", inbox_id="web", channel="web", region="x"
    )


def text(reply: BotReply) -> str:
    [content] = reply.contents
    assert isinstance(content, TextContent)
    return content.text


async def test_a_dialogue_goes_on_at_the_new_model(rasa: LocalRasa, bot: RasaBot) -> None:
    assert text(await bot.respond(turn("a"))) == "old 1"
    done = await rasa.switch(Path("new"))
    assert text(await bot.respond(turn("a"))) == "new 2"
    assert done.trackers == 1
    assert done.held_seconds < 1


async def test_the_old_process_ends_once_nobody_needs_it(
    rasa: LocalRasa, bot: RasaBot, park: Park
) -> None:
    await bot.respond(turn("a"))
    await rasa.switch(Path("new"))
    old = park.processes["http://rasa-0"]
    await asyncio.wait_for(old.stopped.wait(), 5)
    assert rasa.process is park.processes["http://rasa-1"]


async def test_a_turn_under_way_ends_at_the_old_model_and_takes_its_dialogue_along(
    rasa: LocalRasa, bot: RasaBot, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "DRAIN_SECONDS", 0.01)
    old = park.processes["http://rasa-0"]
    await bot.respond(turn("slow"))
    old.held["slow"] = asyncio.Event()
    old.entered.clear()
    slow = asyncio.create_task(bot.respond(turn("slow")))
    await old.entered.wait()
    done = await rasa.switch(Path("new"))
    assert done.held_seconds < 1
    # Others are answered by the new one meanwhile; the old one lives on for its last turn.
    assert text(await bot.respond(turn("quick"))) == "new 1"
    assert not old.stopped.is_set()
    old.held["slow"].set()
    assert text(await slow) == "old 2"
    assert text(await bot.respond(turn("slow"))) == "new 3"
    await asyncio.wait_for(old.stopped.wait(), 5)


async def test_turns_that_come_during_the_switch_are_answered_once_each(
    rasa: LocalRasa, bot: RasaBot, park: Park
) -> None:
    async def talk(conversation: str) -> list[str]:
        return [text(await bot.respond(turn(conversation))) for _ in range(20)]

    talks = [asyncio.create_task(talk(f"c{n}")) for n in range(8)]
    await asyncio.sleep(0)
    for model in ("second", "third"):
        await rasa.switch(Path(model))
    for said in await asyncio.gather(*talks):
        assert [int(answer.split()[1]) for answer in said] == list(range(1, 21))


async def test_a_model_that_does_not_load_changes_nothing(
    rasa: LocalRasa, bot: RasaBot, park: Park
) -> None:
    park.next = {"loads": False}
    with pytest.raises(Unavailable):
        await rasa.switch(Path("broken"))
    assert text(await bot.respond(turn("a"))) == "old 1"
    assert park.processes["http://rasa-1"].stopped.is_set()
    assert rasa.model == Path("old")


async def test_without_the_dialogues_there_is_no_switch(
    rasa: LocalRasa, bot: RasaBot, park: Park
) -> None:
    await bot.respond(turn("a"))
    park.next = {"refuses_trackers": True}
    with pytest.raises(NotCarried):
        await rasa.switch(Path("new"))
    assert text(await bot.respond(turn("a"))) == "old 2"
    assert park.processes["http://rasa-1"].stopped.is_set()


async def test_a_dead_process_is_replaced_and_a_turn_it_never_got_goes_to_the_new_one(
    rasa: LocalRasa, bot: RasaBot, park: Park
) -> None:
    old = park.processes["http://rasa-0"]
    old.pid = None
    with pytest.raises(Unavailable):
        await bot.respond(turn("a"))
    await rasa.switch(Path("new"))
    assert text(await bot.respond(turn("a"))) == "new 1"
    assert old.stopped.is_set() or not old.trackers


async def test_a_turn_that_did_not_arrive_as_the_line_moved_is_sent_once_more(
    rasa: LocalRasa, park: Park
) -> None:
    tried: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        if request.url.host == "rasa-0":
            # It ends in the very moment the turn is sent.
            await rasa.switch(Path("new"))
            raise httpx.ConnectError("gone")
        return await park.answer(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert text(await RasaBot(rasa, "token", client).respond(turn("a"))) == "new 1"
    assert tried == ["rasa-0", "rasa-1"]


async def test_a_turn_that_arrived_is_never_sent_again(rasa: LocalRasa, park: Park) -> None:
    tried: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        await rasa.switch(Path("new"))
        raise httpx.ReadError("cut off")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(Unavailable):
            await RasaBot(rasa, "token", client).respond(turn("a"))
    assert tried == ["rasa-0"]

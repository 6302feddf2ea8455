"""A new model takes over from the old one, with real Rasa, while citizens go on talking; and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.bot import local_rasa
from app.container import rasa_token
from bot.editing.catalogue import shipped
from bot.editing.models import BotExample, BotFlow, BotIntent
from bot.editing.texts import key_of
from core.auth.permissions import Role
from core.ids import new_id
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.integration.app.bot_console import PARKING, PARKING_EXAMPLES, Console, live, settled
from tests.integration.app.clients import Data, VisitorClient, text_of
from tests.integration.app.site import Site, running, settings_for

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
# So many that none of them is quick enough for the limit on messages of one visitor.
TALKERS = 12
# Too short for the rule that hands over who asks the same again and again.
SMALL_TALK = ("你好", "谢谢", "在吗", "您好", "早")


@pytest.fixture
async def site(
    tmp_path: Path, database_url: str, encoder: Path, builder: IndexBuilder
) -> AsyncIterator[Site]:
    """A server with its own Rasa and the shipped model; models are kept from one test run to the next."""
    settings = settings_for(
        tmp_path / "home", database_url, encoder, model_dir=Settings().model_dir
    )
    rasa = local_rasa(settings, rasa_token(settings))
    async with running(settings, builder, rasa=rasa) as site:
        rasa.launch(await site.container.bot_side.follower.first_model())
        try:
            await rasa.wait_ready()
            yield site
        finally:
            await rasa.stop()


@pytest.fixture
async def li(site: Site) -> Console:
    await site.add_account("li", Role.SUPERVISOR, "李班长")
    return Console(site.http, await site.log_in("li"))


async def add_intent(site: Site, name: str, examples: list[str], **values: Any) -> None:
    """An active intent of a known name: its model is then found again in the next run."""
    now = datetime.now(UTC)
    who = {"created_by": "test", "updated_by": "test", "created_at": now, "updated_at": now}
    intent = BotIntent(id=new_id(), name=name, active=True, edit=1, **(PARKING | values), **who)
    async with site.container.uows.write() as uow:
        uow.session.add(intent)
        uow.session.add_all(
            BotExample(
                id=new_id(), intent=name, text=text, text_key=key_of(text), created_by="test",
                created_at=now,
            )
            for text in examples
        )  # fmt: skip


FLOW = {
    "nodes": [
        {
            "id": "a",
            "text": "您开的是什么车？",
            "choices": [
                {"label": "电动车", "to": {"kind": "end", "text": "地下一层有充电桩。"}},
                {"label": "汽车", "also": ["轿车"], "to": {"kind": "node", "node": "b"}},
            ],
        },
        {
            "id": "b",
            "text": "停多久？",
            "choices": [
                {"label": "半天", "to": {"kind": "end", "text": "半天十元。"}},
                {"label": "换一种车", "to": {"kind": "node", "node": "a"}},
            ],
        },
    ]
}
CHARGING = [
    "给电瓶车充电去哪儿",
    "有充电的地方没",
    "充电桩在几楼",
    "车没电了能充不",
    "想给车充个电",
]


async def add_flow(site: Site) -> str:
    now = datetime.now(UTC)
    flow = BotFlow(
        id=new_id(), key="parking", title="停车引导", content=FLOW, active=True, edit=1,
        created_by="test", updated_by="test", created_at=now, updated_at=now,
    )  # fmt: skip
    async with site.container.uows.write() as uow:
        uow.session.add(flow)
    return flow.id


async def ask(citizen: VisitorClient, text: str) -> Data:
    """Say it and get the first answer to it."""
    seq = (await citizen.say(text))["seq"]
    return await citizen.hear(
        "message.created", lambda m: m["author"]["kind"] == "bot" and m["seq"] > seq
    )


async def talk(citizen: VisitorClient, stop: asyncio.Event) -> int:
    """Say something short, as soon as the last was answered; returns how often."""
    said = 0
    while not stop.is_set() or said < 3:
        await ask(citizen, SMALL_TALK[said % len(SMALL_TALK)])
        said += 1
    return said


async def test_a_model_is_refused_forced_and_takes_over_in_the_middle_of_conversations(
    site: Site, li: Console
) -> None:
    await add_intent(site, "own_parking", PARKING_EXAMPLES)
    await add_intent(
        site, "own_charging", CHARGING, title="充电", replies=[], flow_id=await add_flow(site)
    )
    # This one claims what belongs to others: the model is worse than the one that runs.
    topics = [s.text for s in shipped().regression if s.intent.startswith("ask_")]
    await add_intent(site, "own_greedy", [text[:-1] for text in topics[::3]], title="什么都要")
    training = await li.do("POST", "/trainings", {"switch": True})
    assert (await li.refusal("POST", "/trainings", {}))[1] == "training_open"
    done = await settled(li, training["id"])
    assert done["state"] == "refused", done["error"]
    report = done["report"]
    assert report["compared"] == len(shipped().regression)
    assert report["after"]["accuracy"] < report["before"]["accuracy"]
    assert "own_greedy" in {change["now"] for change in report["worse"]}
    path = f"/trainings/{training['id']}/switch"
    assert (await li.refusal("POST", path, {}))[1] == "model_refused"
    assert (await li.refusal("POST", path, {"force": True}))[1] == "reason_required"

    # It can be tried before anybody else gets it.
    tried = await li.do(
        "POST", "/parse", {"text": "你们那停车收不收费", "training_id": training["id"]}
    )
    assert (tried["intent"]["title"], tried["model"]) == ("停车信息", training["id"])
    assert (await li.do("POST", "/parse", {"text": "你们那停车收不收费"}))["model"] == "shipped"

    stop = asyncio.Event()
    async with site.visitor() as citizen:
        # Somebody is in the middle of a task, others talk without a pause.
        await ask(citizen, "帮我算算公积金能贷多少")
        second = await ask(citizen, "一个人")
        others = [site.visitor() for _ in range(TALKERS)]
        for other in others:
            await other.connect()
        talking = [asyncio.create_task(talk(other, stop)) for other in others]

        await li.do("POST", path, {"force": True, "reason": "试用停车"})
        models = await live(li, training["id"])
        assert models["items"][0]["live"]
        stop.set()
        said = await asyncio.gather(*talking)

        # No turn was lost and none was answered twice.
        for other, count in zip(others, said, strict=True):
            thread = await other.thread()
            kinds = [m["author"]["kind"] for m in thread if m["content"]["type"] != "activity"]
            assert kinds.count("visitor") == count
            assert kinds.count("bot") == count + kinds.index("visitor")
            await other.sio.disconnect()

        # The task goes on where it was, also after the new intent was answered in its middle.
        third = await ask(citizen, "首套")
        assert text_of(third) not in (text_of(second), "")
        assert "帮我算算" not in text_of(third)
        async with site.visitor() as driver:
            assert text_of(await ask(driver, "车位紧张吗")) == PARKING["replies"][0]
            assert text_of(await ask(driver, "充电桩在几楼")).endswith("您开的是什么车？")
            assert text_of(await ask(driver, "轿车吧")).endswith("停多久？")
            assert text_of(await ask(driver, "换一种车")).endswith("您开的是什么车？")
            assert text_of(await ask(driver, "电动车")) == "地下一层有充电桩。"
            assert text_of(await ask(citizen, "车位紧张吗")) == PARKING["replies"][0]
            assert text_of((await citizen.thread())[-1]).endswith(text_of(third).split("\n")[-1])
            # This one is left in the middle of a flow that the next model does not have.
            await ask(driver, "充电桩在几楼")

            # One click back: the shipped model answers, and the task still goes on.
            await li.do("POST", "/models/shipped/switch", {})
            await live(li, None)
            assert text_of(await ask(driver, "车位紧张吗")) != PARKING["replies"][0]
            assert text_of(await ask(driver, "你好"))
        assert text_of(await ask(citizen, "8万")) not in (text_of(third), "")

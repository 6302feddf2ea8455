"""What is published answers on every server by itself (how soon: `make bench`), also while a script keeps asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from core.clock import LOCAL_ZONE, FixedClock
from core.conversation.ports import KnowledgeQuery
from core.processes import wait_until
from core.settings import Settings
from knowledge.articles import service
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.site import Site, running, settings_for
from tests.integration.knowledge.kb import LI, content, publish, republish

QUESTION = "停车位可以用公积金买吗"


def answer(site: Site) -> str | None:
    """What a citizen is told who asks in the article's own words."""
    today = site.container.uows.clock.now().astimezone(LOCAL_ZONE).date()
    result = site.container.knowledge.search.search(KnowledgeQuery(QUESTION, "example", today))
    hits = [h for h in result.hits if h.question == QUESTION]
    return hits[0].answer_md if hits else None


async def soon(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fails when it never does."""

    async def holds() -> bool:
        return condition()

    assert await wait_until(holds, seconds=30, every=0.01)


@pytest.fixture
async def sites(
    tmp_path: Path, database_url: str, redis_server: str, encoder: Path, bot: ScriptedBot
) -> AsyncIterator[tuple[Site, Site]]:
    """Two servers on one PostgreSQL and one Redis, each with its own copy of the index."""
    async with (
        running(
            _settings(tmp_path / "one", database_url, redis_server, encoder),
            _builder(encoder),
            bot=bot,
        ) as first,
        running(
            _settings(tmp_path / "two", database_url, redis_server, encoder),
            _builder(encoder),
            bot=bot,
        ) as second,
    ):
        yield first, second


def _settings(home: Path, database_url: str, redis: str, encoder: Path) -> Settings:
    return settings_for(home, database_url, encoder, redis_url=redis, secret_key="shared by both")


def _builder(encoder: Path) -> IndexBuilder:
    return IndexBuilder(encoder=str(encoder), cache=encoder.parent / "cache" / "knowledge")


@pytest.mark.redis
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_what_one_server_publishes_the_other_answers(
    sites: tuple[Site, Site],
) -> None:
    first, second = sites
    assert answer(first) is answer(second) is None
    units = first.container.uows
    written = await publish(units, content(QUESTION, answer_md="不能。"), key="parking")
    await soon(lambda: answer(second) == "不能。")
    await soon(lambda: answer(first) == "不能。")
    await republish(
        units, written.article.id, content(QUESTION, answer_md="从今年起可以。"), based_on=1
    )
    await soon(lambda: answer(second) == "从今年起可以。")
    async with second.container.uows.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    await soon(lambda: answer(first) is None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_script_that_keeps_asking_sees_each_version_once_and_no_error(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot
) -> None:
    """Published, corrected, expired, rolled back, retired: never an old answer after a newer one."""
    clock = FixedClock(datetime(2026, 11, 23, 2, tzinfo=UTC))
    async with running(settings, builder, bot=bot, clock=clock) as site:
        heard: list[str | None] = []
        asking = asyncio.create_task(_keep_asking(site, heard))
        units, last = site.container.uows, clock.now().astimezone(LOCAL_ZONE).date()
        written = await publish(units, content(QUESTION, answer_md="一"), key="parking")
        await soon(lambda: heard[-1:] == ["一"])
        corrected = content(QUESTION, answer_md="二", effective_to=last)
        await republish(units, written.article.id, corrected, based_on=1)
        await soon(lambda: heard[-1] == "二")
        clock.advance(timedelta(days=1))
        await soon(lambda: heard[-1] is None)
        async with units.write() as uow:
            await service.roll_back(uow, written.article.id, 1, actor=LI)
        await soon(lambda: heard[-1] == "一")
        async with units.write() as uow:
            await service.retire(uow, written.article.id, actor=LI)
        await soon(lambda: heard[-1] is None)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking  # an error of the search would come out here
    assert [text for text, _ in groupby(heard)] == [None, "一", "二", None, "一", None]


async def _keep_asking(site: Site, heard: list[str | None]) -> None:
    while True:
        heard.append(answer(site))
        # As a visitor's request would: over HTTP and through the loop, between any two questions.
        assert (await site.http.get("/healthz")).status_code == 200

"""Only what changed is read; big segments are built apart and kept; nothing holds the server back from ending."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import update

from core.conversation.ports import KnowledgeQuery
from core.processes import wait_until
from knowledge.articles import service
from knowledge.articles.models import KnowledgeState
from knowledge.articles.published import published_changes
from knowledge.articles.regions import Regions
from knowledge.retrieval import builder as builder_module
from knowledge.retrieval.builder import IndexBuilder
from knowledge.retrieval.refresher import Refresher
from knowledge.retrieval.search import Search
from tests.integration.knowledge.kb import LI, content, publish, republish, revision
from tests.unit.knowledge.test_children import HANGING
from tests.unit.knowledge.tiny import ENTRIES, TODAY, seen_by

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOURS = 3600.0


@pytest.fixture
def search() -> Search:
    return Search(Regions([]))


@pytest.fixture
def builder(cache: Path, analyser) -> IndexBuilder:
    return IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)


@pytest.fixture
def refresher(uow_factory, search, builder) -> Refresher:
    return Refresher(uow_factory, search, builder)


def ask(search: Search, text: str = "租房可以提取公积金吗") -> list[str]:
    return [h.answer_md for h in search.search(KnowledgeQuery(text, "example", TODAY)).hits]


async def test_only_what_changed_since_a_revision_is_read(uow_factory) -> None:
    rent = await publish(uow_factory, content(), key="rent")
    jobless = await publish(uow_factory, content("失业金领几个月"), key="jobless")
    await publish(uow_factory, content("工伤怎么认定"), key="injury")
    since = await revision(uow_factory)
    await republish(uow_factory, rent.article.id, content(answer_md="新"), based_on=1)
    async with uow_factory.write() as uow:
        await service.retire(uow, jobless.article.id, actor=LI)
    async with uow_factory.read() as session:
        changed = await published_changes(session, since)
    texts = {key: [e.answer_md for e in entries] for key, entries in changed.items()}
    assert texts == {rent.article.id: ["新"], jobless.article.id: []}


async def test_after_an_older_backup_came_back_all_is_read_again(
    refresher, search, uow_factory
) -> None:
    await publish(uow_factory, content(answer_md="可以。"))
    await refresher.refresh()
    async with uow_factory.write() as uow:
        await uow.session.execute(update(KnowledgeState).values(revision=0))
    assert await refresher.refresh()
    assert ask(search) == ["可以。"]


async def test_who_is_woken_looks_at_once(refresher, search, uow_factory) -> None:
    running = asyncio.create_task(refresher.run(interval=HOURS))
    try:
        assert await wait_until(_true(lambda: search.ready), seconds=60, every=0.01)
        await publish(uow_factory, content(answer_md="可以。"))
        refresher.wake()
        assert await wait_until(_true(lambda: ask(search) == ["可以。"]), seconds=30, every=0.01)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_server_that_is_told_to_end_does_not_wait_for_a_training(
    refresher, search, builder, uow_factory, tmp_path, monkeypatch
) -> None:
    """The training is a real process that never ends by itself."""
    started = tmp_path / "started"
    monkeypatch.setattr(builder, "wants_training", lambda entries: True)
    monkeypatch.setattr(
        builder, "retrain", lambda entries: builder.children.run(HANGING, started, doing="训练")
    )
    await publish(uow_factory, content())
    running = asyncio.create_task(refresher.run(interval=HOURS))
    assert await wait_until(_true(lambda: _filled(started)), seconds=60, every=0.01)
    pid = int(started.read_text())
    running.cancel()
    await asyncio.wait_for(asyncio.gather(running, return_exceptions=True), timeout=5)
    # The thread that waited for it has ended as well: an interpreter that ends would wait for the thread.
    await asyncio.wait_for(asyncio.get_running_loop().shutdown_default_executor(), timeout=5)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_much_that_changed_is_laid_together_in_a_process_and_mapped_at_the_next_start(
    refresher, search, builder, uow_factory, cache, analyser, monkeypatch
) -> None:
    monkeypatch.setattr(builder_module, "QUICK_TEXTS", 6)
    await publish(uow_factory, content(answer_md="可以。"))
    await refresher.refresh()
    assert not await refresher.merge()
    for number, subject in enumerate(["失业金", "工伤", "养老金", "医保"]):
        await publish(
            uow_factory,
            content(f"{subject}怎么办理呢", similar=[f"{subject}去哪办"]),
            key=f"k{number}",
        )
    assert await refresher.refresh()
    assert await refresher.merge()
    assert not builder.wants_merge
    assert ask(search)[0] == "可以。"
    assert ask(search, "医保去哪办")[0] == "医保怎么办理呢：可以。"

    monkeypatch.setattr(builder_module, "build_apart", None)
    again = IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)
    opened = again.build(search.index.entries)
    assert opened.search("医保去哪办", seen_by(), 1).ranked[0].entry.question == "医保怎么办理呢"


async def test_a_process_that_dies_building_leaves_the_old_answers(
    refresher, search, builder, uow_factory, monkeypatch
) -> None:
    """Killed in the middle: nothing half-made is found afterwards, and the next attempt does it."""
    await publish(uow_factory, content(answer_md="可以。"))
    await refresher.refresh()
    monkeypatch.setattr(builder_module, "QUICK_TEXTS", 2)
    run = builder.children.run
    segments = builder.segments.folder

    def killed(module: str, argument: Path, *, doing: str) -> None:
        (argument / "segment").mkdir()
        (argument / "segment" / "fingerprints.npy").write_bytes(b"half")
        run("tests.unit.knowledge.killed", argument, doing=doing)

    monkeypatch.setattr(builder.children, "run", killed)
    with pytest.raises(Exception, match="知识索引构建失败"):
        await asyncio.to_thread(builder.merge, ENTRIES)
    assert ask(search) == ["可以。"]
    before = set(segments.iterdir())
    monkeypatch.setattr(builder.children, "run", run)
    await asyncio.to_thread(builder.merge, ENTRIES)
    assert len(set(segments.iterdir()) - before) == 1


def _filled(path: Path) -> bool:
    return path.exists() and path.read_text() != ""


def _true(condition):
    async def ready() -> bool:
        return bool(condition())

    return ready

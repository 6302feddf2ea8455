"""Imports that go wrong: unreadable files, cancels, crashes, two servers at once, and what is kept of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from core.errors import IllegalTransition, NotFound
from core.ids import new_id
from core.jobs import LEASE, MAX_ATTEMPTS
from knowledge.articles.models import Article
from knowledge.ingest import jobs
from knowledge.ingest.likeness import Asked, Near
from knowledge.ingest.models import Import, ImportChunk, ImportRow
from knowledge.ingest.rows import FileUnreadable
from tests.integration.knowledge.importing import EDITOR, Desk, SameFirstWord, row
from tests.integration.knowledge.kb import revision


@pytest.fixture
def desk(uow_factory) -> Desk:
    return Desk(uow_factory)


async def test_an_unreadable_file_fails_with_its_reason(desk: Desk) -> None:
    job = await desk.bring(b"\x00\x01\x02\xff")
    await desk.worker.work_once()
    failed = await desk.service.read(job.id)
    assert (failed.state, failed.error_code) == ("failed", "file_unreadable")
    assert "编码" in failed.error


@pytest.mark.parametrize("name", ["a.exe", "a", ".jsonl/", ""])
async def test_other_forms_are_refused_at_once(desk: Desk, name: str) -> None:
    with pytest.raises(FileUnreadable):
        await desk.bring(b"x", name=name)
    assert await desk.count(Import) == 0


async def test_an_empty_upload_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(FileUnreadable, match="空"):
        await desk.bring(b"")
    assert await desk.count(Import) == 0


async def test_a_cancelled_preview_is_gone(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"))
    cancelled = await desk.service.cancel(job.id, actor=EDITOR)
    assert (cancelled.state, await desk.count(ImportRow)) == ("cancelled", 0)
    with pytest.raises(IllegalTransition):
        await desk.service.cancel(job.id, actor=EDITOR)


async def test_a_cancel_while_it_is_read_wins(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    job = await desk.bring(*(row(f"第{i}个问题") for i in range(5)))
    seen = 0

    class CancelsHalfway(SameFirstWord):
        def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
            nonlocal seen
            seen += 1
            if seen == 3:
                wait = asyncio.run_coroutine_threadsafe(
                    desk.service.cancel(job.id, actor=EDITOR), loop
                )
                wait.result()
            return super().compare(rows)

    loop = asyncio.get_running_loop()
    desk.worker._likeness = CancelsHalfway  # type: ignore[method-assign]
    await desk.worker.work_once()
    assert (await desk.service.read(job.id)).state == "cancelled"
    assert (seen, await desk.count(ImportRow), await desk.count(ImportChunk)) == (3, 0, 0)


async def test_a_cancel_while_it_is_applied_leaves_nothing(desk: Desk, monkeypatch) -> None:
    from knowledge.ingest import apply

    monkeypatch.setattr(apply, "BATCH", 2)
    job = await desk.ready(*(row(f"{i}号问题怎么办") for i in range(10)))
    await desk.service.apply(
        job.id, publish=True, reviewed=True, accept_duplicates=True, actor=EDITOR
    )
    working = asyncio.create_task(desk.worker.work_once())
    while not desk.worker.applied(job.id):  # noqa: ASYNC110 - lets the worker go on
        await asyncio.sleep(0)
    assert (await desk.service.read(job.id)).done > 0
    cancelled = await desk.service.cancel(job.id, actor=EDITOR)
    await working
    assert (cancelled.state, await desk.count(Article), await revision(desk.units)) == (
        "cancelled", 0, 0,
    )  # fmt: skip


# SQLite serves one server.
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_a_cancel_on_another_server_wins_without_waiting_for_the_rows(
    desk: Desk, monkeypatch
) -> None:
    from knowledge.ingest import apply

    monkeypatch.setattr(apply, "BATCH", 1)
    job = await desk.ready(*(row(f"{i}号问题怎么办") for i in range(10)))
    await desk.service.apply(
        job.id, publish=True, reviewed=True, accept_duplicates=True, actor=EDITOR
    )
    working = asyncio.create_task(desk.worker.work_once())
    while not desk.worker.applied(job.id):  # noqa: ASYNC110 - lets the worker go on
        await asyncio.sleep(0)
    elsewhere = Desk(desk.units).service
    cancelled, _ = await asyncio.gather(elsewhere.cancel(job.id, actor=EDITOR), working)
    assert (cancelled.state, await desk.count(Article), await desk.count(ImportRow)) == (
        "cancelled", 0, 0,
    )  # fmt: skip


async def test_a_refused_cancel_leaves_nothing_behind_in_the_worker(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.service.cancel(new_id(), actor=EDITOR)
    assert not desk.worker._stopping


async def test_an_error_while_it_is_applied_leaves_nothing(desk: Desk, monkeypatch) -> None:
    from knowledge.ingest import apply

    monkeypatch.setattr(apply, "BATCH", 1)
    job = await desk.ready(row("公积金怎么查"), row("租房可以提取吗"))
    stored = apply.Applier.store

    async def breaks(self: Any, rows: Any) -> Any:
        if rows[0].position == 2:
            raise RuntimeError("disk full")
        return await stored(self, rows)

    monkeypatch.setattr(apply.Applier, "store", breaks)
    failed = await desk.apply(job)
    assert (failed.state, failed.error_code, await desk.count(Article)) == ("failed", "internal", 0)


async def test_a_job_whose_server_died_is_taken_up_by_another(desk: Desk, clock) -> None:
    job = await desk.bring(row("公积金怎么查"), row("租房可以提取吗"))
    other = Desk(desk.units)
    async with desk.units.write() as uow:
        from knowledge.ingest.repository import ImportRepository

        await ImportRepository(uow.session).claim("dead server", uow.clock.now(), LEASE)
    assert not await other.worker.work_once(), "its lease still runs"
    clock.advance(LEASE + timedelta(seconds=1))
    assert await other.worker.work_once()
    assert (await other.service.read(job.id)).counts["new"] == 2


async def test_a_job_that_servers_keep_dying_of_is_given_up(desk: Desk, clock) -> None:
    job = await desk.bring(row("公积金怎么查"))
    for _ in range(MAX_ATTEMPTS):
        async with desk.units.write() as uow:
            from knowledge.ingest.repository import ImportRepository

            await ImportRepository(uow.session).claim("dead server", uow.clock.now(), LEASE)
        clock.advance(LEASE + timedelta(seconds=1))
    await desk.worker.work_once()
    assert (await desk.service.read(job.id)).state == "failed"


async def test_a_server_that_lost_its_lease_writes_nothing_more(desk: Desk, clock) -> None:
    job = await desk.bring(row("公积金怎么查"), row("租房可以提取吗"))
    other = Desk(desk.units)

    class Stalls(SameFirstWord):
        def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
            clock.advance(LEASE * 2)
            asyncio.run_coroutine_threadsafe(other.worker.work_once(), loop).result()
            return super().compare(rows)

    loop = asyncio.get_running_loop()
    desk.worker._likeness = Stalls  # type: ignore[method-assign]
    await desk.worker.work_once()
    ready = await desk.service.read(job.id)
    assert (ready.state, ready.attempts, await desk.count(ImportRow)) == ("ready", 0, 2)


async def test_only_one_of_two_servers_works_on_a_job(desk: Desk) -> None:
    await desk.bring(row("公积金怎么查"))
    other = Desk(desk.units)
    worked = await asyncio.gather(desk.worker.work_once(), other.worker.work_once())
    assert sorted(worked) == [False, True]
    assert await desk.count(ImportRow) == 1


async def test_the_button_pressed_twice_applies_once(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"))
    await desk.apply(job)
    with pytest.raises(IllegalTransition):
        await desk.apply(job)


async def test_old_imports_are_removed_and_fresh_ones_kept(desk: Desk, clock) -> None:
    old = await desk.ready(row("公积金怎么查"))
    clock.advance(jobs.KEPT + timedelta(days=1))
    fresh = await desk.ready(row("租房可以提取吗"))
    assert await desk.worker.purge() == 1
    with pytest.raises(NotFound):
        await desk.service.read(old.id)
    assert (await desk.service.read(fresh.id)).state == "ready"


async def test_who_did_what_is_in_the_audit_trail(desk: Desk) -> None:
    await desk.apply(await desk.ready(row("公积金怎么查")))
    assert await desk.actions() == [
        "import.received", "import.applied", "article.drafted", "knowledge.imported",
    ]  # fmt: skip

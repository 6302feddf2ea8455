"""Imports as jobs: preview by outcome, choice, applying as a whole, cancels, crashes, and two servers at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import IllegalTransition, NotFound, PermissionDenied
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.service import SecondPersonRequired
from knowledge.ingest import jobs
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.likeness import Asked, Near
from knowledge.ingest.models import Import, ImportChunk, ImportRow
from knowledge.ingest.rows import FileUnreadable
from knowledge.ingest.service import ImportService
from tests.integration.knowledge.kb import content, entries, publish, revision

EDITOR = Actor("account-zhao", "zhao", "赵", Role.SUPERVISOR)
REVIEWER = Actor("account-qian", "qian", "钱", Role.SUPERVISOR)


class SameFirstWord:
    """Stands in for the index: rows that share their first two characters ask the same."""

    def __init__(self) -> None:
        self._seen: dict[str, Asked] = {}

    def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
        found = []
        for row in rows:
            first = self._seen.setdefault(row.question[:2], row)
            repeats = first.number != row.number
            found.append(Near(first.question, 0.93, row=first.number) if repeats else None)
        return found


class Desk:
    """An editor's place: the service, and a server that works on the jobs when told to."""

    def __init__(self, units: Any) -> None:
        self.units = units
        self.worker = ImportWorker(units)
        self.worker._likeness = SameFirstWord  # type: ignore[method-assign]
        self.service = ImportService(units, self.worker)

    async def bring(self, *rows: dict | bytes, name: str = "a.jsonl") -> Import:
        lines = [
            r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode() for r in rows
        ]
        data = [b"\n".join(lines)]

        async def read(_size: int) -> bytes:
            return data.pop() if data else b""

        return await self.service.receive(name, read, actor=EDITOR)

    async def ready(self, *rows: dict | bytes) -> Import:
        job = await self.bring(*rows)
        assert await self.worker.work_once()
        return await self.service.read(job.id)

    async def apply(self, job: Import, **how: Any) -> Import:
        wanted = {"publish": False, "reviewed": False, "accept_duplicates": False, "actor": EDITOR}
        await self.service.apply(job.id, **(wanted | how))
        assert await self.worker.work_once()
        return await self.service.read(job.id)

    async def rows(self, job: Import) -> list[ImportRow]:
        return await self.service.rows(job.id, after=0, limit=200, outcome=None)

    async def count(self, table: Any) -> int:
        async with self.units.read() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    async def actions(self) -> list[str]:
        async with self.units.read() as session:
            return list(await session.scalars(select(AuditRow.action).order_by(AuditRow.id)))


@pytest.fixture
def desk(uow_factory) -> Desk:
    return Desk(uow_factory)


def row(question: str, answer: str = "答。", **more: Any) -> dict:
    return {"question": question, "answer": answer, **more}


# As in kb.content.
CITED = {"citations": "《住房公积金管理条例》第二十四条"}


async def test_each_row_is_told_what_it_would_do(desk: Desk, uow_factory) -> None:
    written = await publish(uow_factory, content("租房可以提取吗", answer_md="可以。"))
    same = row("租房可以提取吗", "可以。", **CITED)
    job = await desk.ready(
        row("公积金怎么查"), same | {"answer": "不可以。"}, {"question": "没有答案"}, row("公积什么意思"),
    )  # fmt: skip
    assert job.state == "ready"
    assert job.counts == {"new": 1, "changed": 1, "refused": 1, "duplicate": 1}
    new, changed, refused, duplicate = await desk.rows(job)
    assert (new.outcome, new.number) == ("new", 1)
    assert (changed.article_id, changed.fields) == (written.article.id, ["answer"])
    assert (refused.field, refused.reason) == ("answer", "不能为空")
    assert (duplicate.near_row, duplicate.similarity) == (1, 0.93)
    assert await desk.count(ImportChunk) == 0, "the file is not kept"


async def test_what_a_file_does_not_speak_of_stays_as_it_is(desk: Desk, uow_factory) -> None:
    rent = content("租房可以提取吗", answer_md="旧", similar=["租房能取吗"], tags=["租房"])
    await publish(uow_factory, rent)
    job = await desk.ready(row("租房可以提取吗", "新", tags=[]))
    assert (await desk.rows(job))[0].fields == ["answer", "tags"]
    await desk.apply(job, publish=True, reviewed=True)
    (entry,) = await entries(desk.units)
    assert (entry.answer_md, entry.similar, entry.tags) == ("新", ("租房能取吗",), ())
    assert len(entry.citations) == 1


async def test_a_row_that_does_not_go_with_its_article_is_refused(desk: Desk, uow_factory) -> None:
    await publish(uow_factory, content("租房可以提取吗", effective_to="2026-12-31"))
    job = await desk.ready(row("租房可以提取吗", effective_from="2027-01-01"))
    (refused,) = await desk.rows(job)
    assert (refused.outcome, refused.field) == ("refused", "effective_to")


async def test_nothing_is_stored_before_an_editor_says_so(desk: Desk) -> None:
    await desk.ready(row("公积金怎么查"))
    assert await desk.count(Article) == 0


async def test_wanted_rows_become_drafts_and_duplicates_wait_for_a_word(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"), row("公积什么意思"), {"question": "没有答案"})
    done = await desk.apply(job)
    assert done.result == {"created": 1, "skipped": 1, "refused": 1}
    assert (done.state, await desk.count(Article)) == ("done", 1)
    async with desk.units.read() as session:
        version = (await session.scalars(select(ArticleVersion))).one()
    assert (version.status, version.created_by) == ("draft", EDITOR.account_id)
    assert [r.result for r in await desk.rows(job)] == ["created", "skipped", "refused"]


async def test_rows_are_taken_and_left_one_by_one(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"), row("公积什么意思"), {"question": "没有答案"})
    await desk.service.choose(job.id, [1], wanted=False)
    await desk.service.choose(job.id, [2, 3], wanted=True)
    done = await desk.apply(job)
    assert done.result == {"skipped": 1, "created": 1, "refused": 1}
    async with desk.units.read() as session:
        assert list(await session.scalars(select(Article.question))) == ["公积什么意思"]


async def test_all_duplicates_are_taken_when_asked_for(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"), row("公积什么意思"))
    assert (await desk.apply(job, accept_duplicates=True)).result == {"created": 2}


async def test_who_brought_a_file_needs_a_second_person_or_a_declaration(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"))
    with pytest.raises(SecondPersonRequired):
        await desk.service.apply(
            job.id, publish=True, reviewed=False, accept_duplicates=False, actor=EDITOR
        )
    await desk.apply(job, publish=True, reviewed=True)
    (entry,) = await entries(desk.units)
    assert entry.question == "公积金怎么查"
    async with desk.units.read() as session:
        applied = (
            await session.scalars(select(AuditRow).where(AuditRow.action == "import.applied"))
        ).one()
        version = (await session.scalars(select(ArticleVersion))).one()
    assert (applied.actor, applied.data["declared_reviewed"]) == (EDITOR.account_id, True)
    assert version.reviewed_by is None


async def test_another_person_publishes_and_is_named_as_the_reviewer(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"))
    await desk.apply(job, publish=True, actor=REVIEWER)
    async with desk.units.read() as session:
        version = (await session.scalars(select(ArticleVersion))).one()
    assert (version.created_by, version.reviewed_by) == (EDITOR.account_id, REVIEWER.account_id)
    assert await revision(desk.units) == 1


async def test_publishing_takes_the_permission_to_review(desk: Desk) -> None:
    job = await desk.ready(row("公积金怎么查"))
    writer = Actor("account-sun", "sun", "孙", Role.EDITOR)
    with pytest.raises(PermissionDenied):
        await desk.service.apply(
            job.id, publish=True, reviewed=True, accept_duplicates=False, actor=writer
        )


async def test_what_somebody_changed_after_the_preview_is_not_overwritten(
    desk: Desk, uow_factory
) -> None:
    from tests.integration.knowledge.kb import republish

    written = await publish(uow_factory, content("租房可以提取吗", answer_md="旧"))
    job = await desk.ready(row("租房可以提取吗", "文件里的"), row("公积金怎么查"))
    await republish(uow_factory, written.article.id, content("租房可以提取吗", answer_md="新"), 1)
    done = await desk.apply(job, publish=True, reviewed=True)
    assert done.result == {"conflict": 1, "created": 1}
    answers = {e.question: e.answer_md for e in await entries(desk.units)}
    assert answers["租房可以提取吗"] == "新"
    assert "没有覆盖" in (await desk.rows(job))[0].reason


async def test_an_editors_open_draft_is_not_touched(desk: Desk, uow_factory) -> None:
    from knowledge.articles import service

    written = await publish(uow_factory, content("租房可以提取吗", answer_md="旧"))
    async with uow_factory.write() as uow:
        await service.revise(
            uow, written.article.id, content("租房可以提取吗", answer_md="在写"), based_on=1,
            actor="account-wang",
        )  # fmt: skip
    job = await desk.ready(row("租房可以提取吗", "文件里的"))
    (refused,) = await desk.rows(job)
    assert (refused.outcome, "草稿" in refused.reason) == ("refused", True)


async def test_two_rows_of_one_article_are_not_both_taken(desk: Desk, uow_factory) -> None:
    await publish(uow_factory, content("租房可以提取吗"), key="rent")
    job = await desk.ready(row("另一个问法", key="rent"), row("租房可以提取吗", "甲"))
    assert [r.outcome for r in await desk.rows(job)] == ["changed", "refused"]


async def test_a_missing_attachment_is_refused(desk: Desk) -> None:
    job = await desk.ready(
        row("公积金怎么查", attachments=["0193a6f0-0000-7000-8000-000000000000"])
    )
    (refused,) = await desk.rows(job)
    assert (refused.outcome, refused.field) == ("refused", "attachments")


async def test_a_row_moves_its_article_to_another_category_without_a_new_version(
    desk: Desk, uow_factory
) -> None:
    await publish(uow_factory, content("租房可以提取吗", answer_md="可以。"))
    job = await desk.ready(row("租房可以提取吗", "可以。", category="新类/租房", **CITED))
    assert (await desk.rows(job))[0].fields == ["category"]
    assert (await desk.apply(job)).result == {"changed": 1}
    assert (await entries(desk.units))[0].category == "新类/租房"
    assert await desk.count(ArticleVersion) == 1


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

        await ImportRepository(uow.session).claim("dead server", uow.clock.now(), jobs.LEASE)
    assert not await other.worker.work_once(), "its lease still runs"
    clock.advance(jobs.LEASE + timedelta(seconds=1))
    assert await other.worker.work_once()
    assert (await other.service.read(job.id)).counts == {"new": 2}


async def test_a_job_that_servers_keep_dying_of_is_given_up(desk: Desk, clock) -> None:
    job = await desk.bring(row("公积金怎么查"))
    for _ in range(jobs.MAX_ATTEMPTS):
        async with desk.units.write() as uow:
            from knowledge.ingest.repository import ImportRepository

            await ImportRepository(uow.session).claim("dead server", uow.clock.now(), jobs.LEASE)
        clock.advance(jobs.LEASE + timedelta(seconds=1))
    await desk.worker.work_once()
    assert (await desk.service.read(job.id)).state == "failed"


async def test_a_server_that_lost_its_lease_writes_nothing_more(desk: Desk, clock) -> None:
    job = await desk.bring(row("公积金怎么查"), row("租房可以提取吗"))
    other = Desk(desk.units)

    class Stalls(SameFirstWord):
        def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
            clock.advance(jobs.LEASE * 2)
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

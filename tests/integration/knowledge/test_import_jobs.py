"""Imports as jobs: preview by outcome, choice, applying as a whole, and who may publish."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import PermissionDenied
from knowledge.articles import service
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.service import SecondPersonRequired
from knowledge.ingest.compare import RETIRED
from knowledge.ingest.models import ImportChunk
from tests.integration.knowledge.importing import CITED, EDITOR, REVIEWER, Desk, row
from tests.integration.knowledge.kb import content, entries, publish, revision


@pytest.fixture
def desk(uow_factory) -> Desk:
    return Desk(uow_factory)


async def test_each_row_is_told_what_it_would_do(desk: Desk, uow_factory) -> None:
    written = await publish(uow_factory, content("租房可以提取吗", answer_md="可以。"))
    same = row("租房可以提取吗", "可以。", **CITED)
    job = await desk.ready(
        row("公积金怎么查"), same | {"answer": "不可以。"}, {"question": "没有答案"}, row("公积什么意思"),
    )  # fmt: skip
    assert job.state == "ready"
    assert job.counts == {"new": 1, "changed": 1, "refused": 1, "duplicate": 1} | {
        "retired": 0, "uncited": 2,
    }  # fmt: skip
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


async def test_what_was_retired_comes_back_only_when_somebody_chooses_it(
    desk: Desk, uow_factory
) -> None:
    written = await publish(uow_factory, content("租房可以提取吗", answer_md="旧"))
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor="account-li")
    job = await desk.ready(row("租房可以提取吗", "旧", **CITED), row("公积金怎么查"))
    shown = await desk.service.show(job.id)
    assert (shown.warnings.retired, shown.warnings.uncited) == (1, 1)
    retired, new = await desk.rows(job)
    assert (retired.retired, retired.wanted, retired.reason) == (True, False, RETIRED)
    assert (new.retired, new.wanted) == (False, None)
    assert (await desk.apply(job, publish=True, reviewed=True)).result == {
        "conflict": 1, "created": 1,
    }  # fmt: skip
    assert [e.question for e in await entries(desk.units)] == ["公积金怎么查"]

    again = await desk.ready(row("租房可以提取吗", "旧", **CITED))
    await desk.service.choose(again.id, [1], True)
    done = await desk.apply(again, publish=True, reviewed=True)
    assert done.result == {"published": 1}
    assert len(await entries(desk.units)) == 2


async def test_what_is_retired_after_the_preview_is_left_too(desk: Desk, uow_factory) -> None:
    written = await publish(uow_factory, content("租房可以提取吗", answer_md="旧"))
    job = await desk.ready(row("租房可以提取吗", "文件里的"))
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor="account-li")
    assert (await desk.apply(job, publish=True, reviewed=True)).result == {"conflict": 1}
    assert await entries(desk.units) == []

"""Writing: drafts changed in place by several people, thrown away, filed, tagged; nothing is overwritten unseen."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.errors import IllegalTransition, NotFound
from core.ids import new_id
from knowledge.articles import listing, service
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.service import ArticleChanged, AttachmentUnknown, DraftOpen, Written
from tests.integration.knowledge.kb import (
    LI,
    WANG,
    content,
    draft,
    entries,
    publish,
    revision,
    statuses,
)  # fmt: skip


async def edit(units, written: Written, answer: str, *, edit: int, actor: str = WANG) -> Written:
    async with units.write() as uow:
        text = content(answer_md=answer)
        return await service.edit(uow, written.version.id, text, edit=edit, actor=actor)


async def tags(units) -> list[tuple[str, int]]:
    async with units.read() as session:
        return await listing.tags(session, "", 10)


async def test_a_draft_is_changed_in_place_and_counts_its_changes(uow_factory) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    changed = await edit(uow_factory, written, "二", edit=1)
    assert (changed.version.id, changed.version.edit) == (written.version.id, 2)
    changed = await edit(uow_factory, written, "三", edit=2, actor=LI)
    assert (changed.version.answer_md, changed.version.edit) == ("三", 3)
    assert changed.version.authors == [WANG, LI]
    assert await statuses(uow_factory, written.article.id) == ["draft"]


async def test_of_two_people_in_one_draft_the_second_is_told_and_overwrites_nothing(
    uow_factory,
) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    await edit(uow_factory, written, "王的", edit=1)
    with pytest.raises(ArticleChanged) as caught:
        await edit(uow_factory, written, "李的", edit=1, actor=LI)
    assert caught.value.details["edit"] == 2
    assert caught.value.details["by"] == WANG
    async with uow_factory.read() as session:
        stored = await ArticleRepository(session).get_version(written.version.id)
    assert stored.answer_md == "王的"


async def test_two_people_who_save_at_the_same_moment_do_not_both_win(uow_factory) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    results = await asyncio.gather(
        edit(uow_factory, written, "王的", edit=1),
        edit(uow_factory, written, "李的", edit=1, actor=LI),
        return_exceptions=True,
    )
    assert sorted(type(r).__name__ for r in results) == ["ArticleChanged", "Written"]


async def test_two_new_drafts_at_the_same_moment_become_one(uow_factory) -> None:
    first = await publish(uow_factory, content())

    async def revise(actor: str) -> None:
        async with uow_factory.write() as uow:
            text = content(answer_md=actor)
            await service.revise(uow, first.article.id, text, based_on=1, actor=actor)

    results = await asyncio.gather(revise(WANG), revise(LI), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["ArticleChanged", "NoneType"]
    assert await statuses(uow_factory, first.article.id) == ["published", "draft"]


async def test_an_article_has_one_draft_at_a_time(uow_factory) -> None:
    written = await draft(uow_factory, content())
    with pytest.raises(DraftOpen) as caught:
        async with uow_factory.write() as uow:
            await service.revise(uow, written.article.id, content(), based_on=1, actor=LI)
    assert caught.value.details == {"version_id": written.version.id, "status": "draft"}


async def test_what_is_in_review_or_published_is_not_changed_in_place(uow_factory) -> None:
    written = await publish(uow_factory, content())
    with pytest.raises(IllegalTransition):
        await edit(uow_factory, written, "二", edit=1)
    with pytest.raises(IllegalTransition):
        async with uow_factory.write() as uow:
            await service.delete(uow, written.version.id, actor=WANG)


async def test_an_article_that_was_only_a_draft_goes_with_it(uow_factory) -> None:
    written = await draft(uow_factory, content(tags=["租房"]))
    async with uow_factory.write() as uow:
        assert (await service.delete(uow, written.version.id, actor=WANG)).with_article
    assert await tags(uow_factory) == []
    with pytest.raises(NotFound):
        async with uow_factory.read() as session:
            await ArticleRepository(session).get(written.article.id)


async def test_a_thrown_away_draft_leaves_what_is_published(uow_factory) -> None:
    first = await publish(uow_factory, content("租房可以提取公积金吗", tags=["租房"]))
    async with uow_factory.write() as uow:
        text = content("房租可以提取公积金吗", tags=["房租"])
        second = await service.revise(uow, first.article.id, text, based_on=1, actor=LI)
    assert await tags(uow_factory) == [("房租", 1)]
    async with uow_factory.write() as uow:
        assert not (await service.delete(uow, second.version.id, actor=LI)).with_article
    async with uow_factory.read() as session:
        article = await ArticleRepository(session).get(first.article.id)
    assert (article.question, article.status, article.number) == ("租房可以提取公积金吗", "published", 1)  # fmt: skip
    assert await tags(uow_factory) == [("租房", 1)]
    assert len(await entries(uow_factory)) == 1
    assert await revision(uow_factory) == 1, "the index has nothing to do"


async def test_a_draft_cannot_show_an_attachment_that_is_not_there(uow_factory) -> None:
    missing = new_id()
    for field, text in (
        ("attachments", content(attachments=[missing])),
        ("answer_md", content(answer_md=f"![图](/api/v1/knowledge/attachments/{missing}/a.png)")),
    ):
        with pytest.raises(AttachmentUnknown) as caught:
            await draft(uow_factory, text, key=None)
        assert caught.value.details == {"field": field, "attachments": [missing]}


async def test_a_new_article_gets_a_key_of_its_own_and_no_category(uow_factory) -> None:
    written = await draft(uow_factory, content(), key=None)
    other = await draft(uow_factory, content(), key=None)
    assert written.article.key != other.article.key
    async with uow_factory.read() as session:
        rows = await listing.page(
            session, listing.Filter(), today=uow_factory.clock.now().date(), after=None, limit=9
        )
    assert [path for _, path in rows] == ["未分类", "未分类"]


async def test_every_step_is_in_the_audit_with_its_person(uow_factory) -> None:
    written = await draft(uow_factory, content())
    await edit(uow_factory, written, "二", edit=1)
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
        await service.send_back(uow, written.version.id, actor=LI, comment="太短")
        await service.submit(uow, written.version.id, actor=WANG)
        await service.withdraw(uow, written.version.id, actor=WANG)
        await service.submit(uow, written.version.id, actor=WANG)
        await service.publish(uow, written.version.id, actor=LI)
        await service.retire(uow, written.article.id, actor=LI)
        await service.roll_back(uow, written.article.id, 1, actor=LI)
    async with uow_factory.read() as session:
        subject = AuditRow.subject == f"article:{written.article.id}"
        rows = list(await session.scalars(select(AuditRow).where(subject).order_by(AuditRow.id)))
    assert [(row.action.removeprefix("article."), row.actor) for row in rows] == [
        ("drafted", WANG), ("draft_changed", WANG), ("submitted", WANG), ("sent_back", LI),
        ("submitted", WANG), ("withdrawn", WANG), ("submitted", WANG), ("published", LI),
        ("retired", LI), ("rolled_back", LI), ("published", LI),
    ]  # fmt: skip
    assert "太短" not in str([row.data for row in rows])

"""Going back to an earlier published version at once, whatever is being drafted meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InvalidInput
from knowledge.articles import service
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.service import VersionExpired
from tests.integration.knowledge.kb import (
    LI,
    WANG,
    answers_on,
    content,
    entries,
    publish,
    republish,
    revision,
    statuses,
)  # fmt: skip

TODAY = date(2026, 11, 23)


async def roll_back(units, article_id: str, number: int) -> None:
    async with units.write() as uow:
        await service.roll_back(uow, article_id, number, actor=LI)


async def test_the_earlier_text_answers_again_as_a_new_version(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="对"))
    await republish(uow_factory, first.article.id, content(answer_md="错"), based_on=1)
    await roll_back(uow_factory, first.article.id, 1)
    assert [e.answer_md for e in await entries(uow_factory)] == ["对"]
    assert await statuses(uow_factory, first.article.id) == ["retired", "retired", "published"]
    assert await revision(uow_factory) == 3
    async with uow_factory.read() as session:
        newest = (await ArticleRepository(session).versions(first.article.id))[0]
    assert (newest.rolled_back_to, newest.created_by, newest.reviewed_by) == (1, WANG, LI)


async def test_a_retired_article_comes_back(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="对"))
    async with uow_factory.write() as uow:
        await service.retire(uow, first.article.id, actor=LI)
    await roll_back(uow_factory, first.article.id, 1)
    assert [e.answer_md for e in await entries(uow_factory)] == ["对"]


async def test_a_draft_under_way_is_kept_and_can_still_be_published(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="对"))
    await republish(uow_factory, first.article.id, content(answer_md="错"), based_on=1)
    async with uow_factory.write() as uow:
        text = content(answer_md="更好", tags=["新"])
        open_draft = await service.revise(uow, first.article.id, text, based_on=2, actor=WANG)
    await roll_back(uow_factory, first.article.id, 1)
    assert await statuses(uow_factory, first.article.id) == [
        "retired", "retired", "published", "draft",
    ]  # fmt: skip
    async with uow_factory.write() as uow:
        await service.edit(
            uow, open_draft.version.id, content(answer_md="最好"), edit=1, actor=WANG
        )
        await service.submit(uow, open_draft.version.id, actor=WANG)
        await service.publish(uow, open_draft.version.id, actor=LI)
    assert [e.answer_md for e in await entries(uow_factory)] == ["最好"]


async def test_what_was_planned_after_the_old_version_is_called_off(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="今"))
    later = content(answer_md="明年", effective_from="2027-01-01")
    await republish(uow_factory, first.article.id, later, based_on=1)
    await roll_back(uow_factory, first.article.id, 1)
    assert await answers_on(uow_factory, TODAY) == ["今"]
    assert await answers_on(uow_factory, date(2027, 6, 1)) == ["今"]


async def test_only_what_was_published_can_come_back(uow_factory) -> None:
    first = await publish(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.revise(uow, first.article.id, content(answer_md="稿"), based_on=1, actor=LI)
    for number in (2, 3):
        with pytest.raises(InvalidInput):
            await roll_back(uow_factory, first.article.id, number)
    assert await statuses(uow_factory, first.article.id) == ["published", "draft"]


async def test_a_version_that_has_run_out_would_answer_nothing_and_is_refused(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="旧", effective_to="2026-11-22"))
    await republish(uow_factory, first.article.id, content(answer_md="新"), based_on=1)
    with pytest.raises(VersionExpired):
        await roll_back(uow_factory, first.article.id, 1)
    assert await answers_on(uow_factory, TODAY) == ["新"]

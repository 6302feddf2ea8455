"""Each change of what is published leaves its revision on the article, so that servers read only what changed."""

from __future__ import annotations

from sqlalchemy import select

from knowledge.articles import service
from knowledge.articles.models import Article
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.seed import seed
from tests.integration.knowledge.kb import (
    LI,
    WANG,
    content,
    content_file,
    publish,
    republish,
    revision,
)


async def stamps(units) -> dict[str, int]:
    async with units.read() as session:
        rows = await session.execute(select(Article.key, Article.published_revision))
        return {row[0]: row[1] for row in rows}


async def test_publishing_correcting_and_retiring_stamp_only_that_article(uow_factory) -> None:
    rent = await publish(uow_factory, content(), key="rent")
    await publish(uow_factory, content("失业金领几个月"), key="jobless")
    assert await stamps(uow_factory) == {"rent": 1, "jobless": 2}
    await republish(uow_factory, rent.article.id, content(answer_md="新"), based_on=1)
    assert await stamps(uow_factory) == {"rent": 3, "jobless": 2}
    async with uow_factory.write() as uow:
        await service.retire(uow, rent.article.id, actor=LI)
    assert await stamps(uow_factory) == {"rent": 4, "jobless": 2}
    assert await revision(uow_factory) == 4


async def test_a_draft_stamps_nothing(uow_factory) -> None:
    async with uow_factory.write() as uow:
        await service.create(uow, content(), key="rent", source="console", actor=WANG)
    assert await stamps(uow_factory) == {"rent": 0}


async def test_who_cannot_say_what_changed_stamps_all(uow_factory) -> None:
    await publish(uow_factory, content(), key="rent")
    await publish(uow_factory, content("失业金领几个月"), key="jobless")
    async with uow_factory.write() as uow:
        await ArticleRepository(uow.session).raise_revision()
    assert await stamps(uow_factory) == {"rent": 3, "jobless": 3}


async def test_shipped_files_stamp_what_they_changed(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "a.yaml", ("one", "问一", "答"), ("two", "问二", "答"))
    await seed(uow_factory, tmp_path)
    assert await stamps(uow_factory) == {"one": 1, "two": 1}
    content_file(tmp_path, "a.yaml", ("one", "问一", "新答"), ("two", "问二", "答"))
    await seed(uow_factory, tmp_path)
    assert await stamps(uow_factory) == {"one": 2, "two": 1}

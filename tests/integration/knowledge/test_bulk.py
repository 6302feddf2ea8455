"""Storing new articles in bulk leaves the very rows that storing them one by one leaves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.unit_of_work import UnitOfWork
from knowledge.articles import service
from knowledge.articles.bulk import NewArticle, store_new
from knowledge.articles.categories import Categories
from knowledge.articles.models import Article, ArticleTag, ArticleVersion
from tests.integration.knowledge.kb import LI, WANG, content

OWN = {"id", "article_id", "key", "subject"}


async def rows_of(uow: UnitOfWork, article_id: str) -> list[dict[str, Any]]:
    """Everything stored of an article but its ids."""
    await uow.session.flush()
    found: list[dict[str, Any]] = []
    for table, where in (
        (Article, Article.id == article_id),
        (ArticleVersion, ArticleVersion.article_id == article_id),
        (ArticleTag, ArticleTag.article_id == article_id),
        (AuditRow, AuditRow.subject == f"article:{article_id}"),
    ):
        columns = [c for c in table.__table__.columns if c.name not in OWN]
        order = table.__table__.primary_key.columns
        for row in await uow.session.execute(select(*columns).where(where).order_by(*order)):
            found.append({"table": table.__tablename__, **row._mapping})
    return found


@pytest.mark.parametrize("publisher", [None, WANG, LI])
async def test_articles_stored_in_bulk_are_as_those_stored_one_by_one(
    uow_factory, publisher: str | None
) -> None:
    text = content(
        similar=["租房能取吗"], tags=["租房", "提取"], next=["papers"], region="甲市",
        effective_from="2026-01-01", variants={"wechat": "可以。"},
    )  # fmt: skip
    async with uow_factory.write() as uow:
        filed = (await Categories.load(uow.session)).file("提取")
        written = await service.draft_article(
            uow, text, key="one", source="import", actor=WANG, category_id=filed
        )
        if publisher is not None:
            written.version.reviewed_by = publisher if publisher != WANG else None
            await service.publish_reviewed(uow, written, actor=publisher)
        await uow.session.flush()
        (made,) = await store_new(uow, [NewArticle(text, "two", "import", filed, WANG, publisher)])
        assert await rows_of(uow, made) == await rows_of(uow, written.article.id)


async def test_what_needs_more_than_rows_is_not_plain() -> None:
    def plain(**changes: Any) -> bool:
        return NewArticle(content(**changes), "key", "import", "category", WANG).is_plain

    picture = "![图](/api/v1/knowledge/attachments/0193a6f0-0000-7000-8000-000000000000/a.png)"
    assert plain()
    assert not plain(effective_to="2027-01-01")
    assert not plain(answer_md=picture)
    assert not plain(attachments=["0193a6f0-0000-7000-8000-000000000000"])

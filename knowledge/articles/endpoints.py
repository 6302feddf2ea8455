"""HTTP side of reading the knowledge base: search, lists, one article, what waits for review, differences."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.conversation.content import Citation
from core.conversation.ports import Band, KnowledgeQuery, KnowledgeSearch
from core.errors import InvalidInput
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import listing, reading
from knowledge.articles.listing import Filter, StatusFilter
from knowledge.articles.reads import ArticlePage, ArticleRead, DiffRead, ReviewPage, TagRead
from knowledge.articles.schemas import Audience

MAX_QUERY = 500
Day = Annotated[date | None, Query(alias="as_of")]
After = Annotated[Id | None, Query()]
Limit = Annotated[int, Query(ge=1, le=100)]
Days = Annotated[int, Query(ge=0, le=3650)]
Label = Annotated[str | None, Query(max_length=64)]
Reader = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_READ))]
Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]


class HitRead(BaseModel):
    """A result, as `kb search` prints it."""

    article_id: str
    question: str
    score: float
    band: Band
    citations: list[Citation]
    answer_md: str
    category: str
    next: list[str]
    internal: bool = False


class SearchRead(BaseModel):
    """`band` says what may be done with the results; they are best first."""

    query: str
    band: Band
    results: list[HitRead]


def build_router(units: UnitOfWorkFactory, search: KnowledgeSearch, region: str) -> APIRouter:
    """`region`: the installation's own, for callers that name none."""
    router = APIRouter(prefix="/knowledge", tags=["knowledge"])
    reader: dict[str, Any] = {"dependencies": [Depends(require(Permission.KNOWLEDGE_READ))]}

    @router.get("/search", **reader)
    async def search_articles(
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)],
        top: Annotated[int, Query(ge=1, le=20)] = 5,
        in_region: Annotated[str | None, Query(alias="region", max_length=64)] = None,
        as_of: Day = None,
        business: Annotated[str | None, Query(max_length=32)] = None,
    ) -> SearchRead:
        """Articles for a question, internal ones included: only staff may call this."""
        query = KnowledgeQuery(
            text=q, region=in_region or region, on=as_of or today(units.clock),
            business=business, internal=True, top=top,
        )  # fmt: skip
        result = await asyncio.to_thread(search.search, query)
        results = [HitRead.model_validate(row) for row in result.as_rows()]
        return SearchRead(query=q, band=result.band, results=results)

    @router.get("/articles")
    async def list_articles(
        actor: Reader,
        after: After = None,
        limit: Limit = 50,
        category: Annotated[Id | None, Query()] = None,
        words: Annotated[str, Query(max_length=200)] = "",
        status: StatusFilter | None = None,
        tag: Label = None,
        in_region: Annotated[str | None, Query(alias="region", max_length=64)] = None,
        audience: Audience | None = None,
        expiring_within: Days | None = None,
        mine: bool = False,
    ) -> ArticlePage:
        """Articles in the order of their making, with all of `words` (separated by spaces) in question or key.

        `category`: with everything below it. `mine`: the newest version is the caller's.
        """
        wanted = words.split()
        if len(wanted) > 8:
            raise InvalidInput("最多用 8 个词筛选。", field="words")
        chosen = Filter(
            category_id=category, words=wanted, status=status, tag=tag, region=in_region,
            audience=audience, expiring_within=expiring_within,
            author=actor.account_id if mine else None,
        )  # fmt: skip
        async with units.read() as session:
            rows = await listing.page(
                session, chosen, today=today(units.clock), after=after, limit=limit
            )
            return await reading.article_page(session, rows, limit)

    @router.get("/expiring", **reader)
    async def list_expiring(
        within: Days = 30, after: After = None, limit: Limit = 50
    ) -> ArticlePage:
        """What is published and ends within so many days, the nearest end first."""
        async with units.read() as session:
            rows = await listing.expiring(
                session, today=today(units.clock), within=within, after=after, limit=limit
            )
            return await reading.article_page(session, rows, limit)

    @router.get("/articles/{article_id}", **reader)
    async def read_article(article_id: Id) -> ArticleRead:
        """One article with all its versions, newest first."""
        async with units.read() as session:
            return await reading.article(session, article_id, today(units.clock))

    @router.get("/reviews")
    async def list_reviews(actor: Editor, after: After = None, limit: Limit = 50) -> ReviewPage:
        """Versions that wait for a second person, the longest waiting first."""
        async with units.read() as session:
            rows = await listing.in_review(session, after=after, limit=limit)
            return await reading.review_page(session, rows, limit, actor)

    @router.get("/versions/{version_id}/diff", **reader)
    async def read_diff(version_id: Id, against: Annotated[Id | None, Query()] = None) -> DiffRead:
        """What a version changes; without `against`, in the version published before it."""
        async with units.read() as session:
            return await reading.diff(session, version_id, against, today(units.clock))

    @router.get("/tags", **reader)
    async def list_tags(
        begins: Annotated[str, Query(max_length=64)] = "", limit: Limit = 50
    ) -> list[TagRead]:
        """Tags in use, the most used first, for the editor's completion."""
        async with units.read() as session:
            found = await listing.tags(session, begins, limit)
        return [TagRead(tag=tag, articles=number) for tag, number in found]

    return router

"""HTTP side of the knowledge base: search as agents and programs use it, the list of articles, one article."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import LOCAL_ZONE
from core.conversation.content import Citation
from core.conversation.ports import Band, KnowledgeQuery, KnowledgeSearch
from core.errors import InvalidInput
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleRead, ArticleSummary, VersionRead

MAX_QUERY = 500
Day = Annotated[date | None, Query(alias="as_of")]


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


class SearchRead(BaseModel):
    """`band` says what may be done with the results; they are best first."""

    query: str
    band: Band
    results: list[HitRead]


class ArticlePage(BaseModel):
    items: list[ArticleSummary]
    next: str | None


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
            text=q, region=in_region or region, on=as_of or _today(units.clock.now()),
            business=business, internal=True, top=top,
        )  # fmt: skip
        result = search.search(query)
        results = [HitRead.model_validate(row) for row in result.as_rows()]
        return SearchRead(query=q, band=result.band, results=results)

    @router.get("/articles", **reader)
    async def list_articles(
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        category: Annotated[str | None, Query(max_length=64)] = None,
        words: Annotated[str, Query(max_length=200)] = "",
    ) -> ArticlePage:
        """Articles in the order of their making, with all of `words` (separated by spaces) in the question."""
        wanted = words.split()
        if len(wanted) > 8:
            raise InvalidInput("最多用 8 个词筛选。", field="words")
        async with units.read() as session:
            repository = ArticleRepository(session)
            page = await repository.page(after=after, limit=limit, category=category, words=wanted)
            latest = await repository.latest_versions([a.id for a in page])
        items = [
            ArticleSummary(
                id=a.id,
                key=a.key,
                question=a.question,
                category=a.category,
                business=a.business,
                status=latest[a.id].status,
                version=latest[a.id].number,
                updated_at=a.updated_at,
            )
            for a in page
        ]
        return ArticlePage(items=items, next=page[-1].id if len(page) == limit else None)

    @router.get("/articles/{article_id}", **reader)
    async def read_article(article_id: Id) -> ArticleRead:
        """One article with all its versions, newest first."""
        async with units.read() as session:
            repository = ArticleRepository(session)
            article = await repository.get(article_id)
            versions = await repository.versions(article_id)
        return ArticleRead(
            id=article.id, key=article.key, source=article.source,
            created_at=article.created_at, updated_at=article.updated_at,
            versions=[VersionRead.model_validate(v) for v in versions],
        )  # fmt: skip

    return router


def _today(now: datetime) -> date:
    """Validity is counted in Chinese days, whatever the server's own zone."""
    return now.astimezone(LOCAL_ZONE).date()

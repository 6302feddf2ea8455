"""HTTP side of the learning loop: questions, clusters and what an editor decides about them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.conversation.ports import Band, KnowledgeQuery
from core.errors import InvalidInput
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.repository import ArticleRepository
from knowledge.learning import decisions
from knowledge.learning.clusters import ClusterRepository, State
from knowledge.learning.decisions import Decided
from knowledge.learning.models import AskedQuestion, QuestionCluster
from knowledge.learning.repository import LearningRepository, QuestionFilter
from knowledge.learning.schemas import (
    Adopt,
    ArticleName,
    ClusterPage,
    ClusterRead,
    CollisionWarning,
    DayRead,
    DecisionRead,
    QuestionPage,
    QuestionRead,
)
from knowledge.retrieval.collisions import CollisionFinder
from knowledge.retrieval.search import Search

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]
Limit = Annotated[int, Query(ge=1, le=100)]
Inbox = Annotated[str | None, Query(max_length=64)]
TREND_DAYS = 14
MOST_DAYS = 400
MAX_WORDS = 8


def build_router(uows: UnitOfWorkFactory, search: Search, region: str) -> APIRouter:
    router = APIRouter(prefix="/knowledge/questions", tags=["learning"])
    finder = CollisionFinder()

    @router.get("")
    async def list_questions(
        _actor: Editor,
        after: Id | None = None,
        limit: Limit = 50,
        band: Band | None = None,
        helpful: bool | None = None,
        handed_off: bool | None = None,
        source: Annotated[str | None, Query(pattern="^(bot|agent)$")] = None,
        inbox: Inbox = None,
        cluster: Id | None = None,
        first: date | None = None,
        last: date | None = None,
        words: Annotated[str, Query(max_length=200)] = "",
    ) -> QuestionPage:
        """Questions asked, newest first; `words` must all be in the text. Days are those of China, inclusive."""
        wanted = words.split()
        if len(wanted) > MAX_WORDS:
            raise InvalidInput(f"最多用 {MAX_WORDS} 个词筛选。", field="words")
        narrowed = QuestionFilter(
            band=band, helpful=helpful, handed_off=handed_off, source=source, inbox_id=inbox,
            cluster_id=cluster, first=first, last=last, words=wanted,
        )  # fmt: skip
        async with uows.read() as session:
            rows = await LearningRepository(session).page(narrowed, after=after, limit=limit)
            ids = {i for row in rows for i in (row.article_id, row.picked_article_id)}
            names = await _names(session, ids)
        items = [_question(row, names) for row in rows]
        return QuestionPage(items=items, next=rows[-1].id if len(rows) == limit else None)

    @router.get("/days")
    async def count_by_day(
        _actor: Editor, first: date | None = None, last: date | None = None, inbox: Inbox = None
    ) -> list[DayRead]:
        """How the citizens' own questions were answered, a row for each day, oldest first; the last 30 by default."""
        end = last or today(uows.clock)
        begin = first or end - min(timedelta(days=29), end - date.min)
        if not timedelta(0) <= end - begin <= timedelta(days=MOST_DAYS):
            raise InvalidInput(f"日期范围应在 {MOST_DAYS} 天以内。", field="first")
        days = {day: DayRead(day=day) for day in _days(begin, (end - begin).days + 1)}
        async with uows.read() as session:
            counted = await LearningRepository(session).bands_by_day(begin, end, inbox)
        for day, band, questions, unhelpful, handed_off in counted:
            row = days[day]
            setattr(row, band, questions)
            row.unhelpful += unhelpful
            row.handed_off += handed_off
        return list(days.values())

    @router.get("/unknown")
    async def list_clusters(
        _actor: Editor,
        state: State | None = "open",
        after: Id | None = None,
        limit: Limit = 20,
    ) -> ClusterPage:
        """Clusters of questions without an answer, the largest first."""
        begin = today(uows.clock) - timedelta(days=TREND_DAYS - 1)
        async with uows.read() as session:
            repository = ClusterRepository(session)
            rows = await repository.page(state, after=after, limit=limit)
            trends = await repository.trends([row.id for row in rows], begin)
            counts = await repository.sizes()
            learning = await LearningRepository(session).state()
            names = await _cluster_names(session, rows)
        by_day = {(cluster, day): count for cluster, day, count in trends}
        days = _days(begin, TREND_DAYS)
        items = [_cluster(row, names, [by_day.get((row.id, day), 0) for day in days]) for row in rows]  # fmt: skip
        return ClusterPage(
            items=items,
            next=rows[-1].id if len(rows) == limit else None,
            counts=counts,
            clustered_at=learning.clustered_at if learning else None,
        )

    @router.post("/clusters/{cluster_id}/draft")
    async def draft(cluster_id: Id, actor: Editor) -> DecisionRead:
        """A new article from the cluster's wordings. Again, or by somebody else: the same draft."""
        async with uows.write() as uow:
            done = await decisions.draft(uow, cluster_id, actor=actor.account_id)
        return DecisionRead(article_id=done.article_id, version_id=done.version_id, added=done.added)  # fmt: skip

    @router.post("/clusters/{cluster_id}/adopt")
    async def adopt(cluster_id: Id, body: Adopt, actor: Editor) -> DecisionRead:
        """Add wordings to an article's draft; `collisions` warns of those nearer to another article."""
        async with uows.write() as uow:
            done = await decisions.adopt(
                uow, cluster_id, body.article_id, body.wordings, actor=actor.account_id
            )
        return DecisionRead(
            article_id=done.article_id, version_id=done.version_id, added=done.added,
            collisions=await warnings(done),
        )  # fmt: skip

    @router.post("/clusters/{cluster_id}/dismiss")
    async def dismiss(cluster_id: Id, actor: Editor) -> dict[str, bool]:
        async with uows.write() as uow:
            await decisions.dismiss(uow, cluster_id, actor=actor.account_id)
        return {"ok": True}

    @router.post("/clusters/{cluster_id}/reopen")
    async def reopen(cluster_id: Id, actor: Editor) -> dict[str, bool]:
        async with uows.write() as uow:
            await decisions.reopen(uow, cluster_id, actor=actor.account_id)
        return {"ok": True}

    async def warnings(done: Decided) -> list[CollisionWarning]:
        async with uows.read() as session:
            version = await ArticleRepository(session).get_version(done.version_id)
        query = KnowledgeQuery(
            text=version.question, region=region, on=today(uows.clock), internal=True
        )
        wordings = [version.question, *version.similar]
        found = await asyncio.to_thread(
            finder.find, search.index, wordings, search.filters(query), done.article_id
        )
        return [
            CollisionWarning(
                wording=c.wording, article_id=c.entry.article_id, question=c.entry.question,
                other_wording=c.other_wording, similarity=c.similarity,
            )
            for c in found if c.wording in done.added
        ]  # fmt: skip

    return router


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


async def _names(session: AsyncSession, ids: Iterable[str | None]) -> dict[str, ArticleName]:
    wanted = sorted({i for i in ids if i is not None})
    found = await ArticleRepository(session).questions(wanted)
    return {i: ArticleName(id=i, question=question) for i, question in found.items()}


async def _cluster_names(
    session: AsyncSession, rows: Sequence[QuestionCluster]
) -> dict[str, ArticleName]:
    return await _names(session, (i for r in rows for i in (r.nearest_article_id, r.article_id)))


def _question(row: AskedQuestion, names: dict[str, ArticleName]) -> QuestionRead:
    return QuestionRead.model_validate(
        {
            "article": names.get(row.article_id or ""), "picked": names.get(row.picked_article_id or ""),
            **{name: getattr(row, name) for name in QuestionRead.model_fields if name not in ("article", "picked")},
        }
    )  # fmt: skip


def _cluster(row: QuestionCluster, names: dict[str, ArticleName], trend: list[int]) -> ClusterRead:
    return ClusterRead.model_validate(
        {
            **{name: getattr(row, name) for name in ClusterRead.model_fields if hasattr(row, name)},
            "nearest": names.get(row.nearest_article_id or ""), "article": names.get(row.article_id or ""),
            "since_decided": max(0, row.size - row.decided_size) if row.decided_at else 0,
            "trend": trend,
        }
    )  # fmt: skip

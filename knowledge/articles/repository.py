"""Queries on articles. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from knowledge.articles.models import Article, ArticleVersion, KnowledgeState, ShippedFile

STATE_ID = 1
# SQLite takes at most 32,766 bound values in a statement.
CHUNK = 5000


class ArticleRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, article_id: str) -> Article:
        """Raises NotFound."""
        article = await self._session.get(Article, article_id)
        if article is None:
            raise NotFound("没有这个知识条目。", article_id=article_id)
        return article

    async def get_version(self, version_id: str) -> ArticleVersion:
        """Raises NotFound."""
        version = await self._session.get(ArticleVersion, version_id)
        if version is None:
            raise NotFound("没有这个版本。", version_id=version_id)
        return version

    async def by_keys(self, keys: Sequence[str]) -> dict[str, Article]:
        found: dict[str, Article] = {}
        for start in range(0, len(keys), CHUNK):
            query = select(Article).where(Article.key.in_(keys[start : start + CHUNK]))
            found.update({a.key: a for a in await self._session.scalars(query)})
        return found

    async def by_source(self, source: str) -> list[Article]:
        return list(await self._session.scalars(select(Article).where(Article.source == source)))

    async def by_questions(self, questions: Sequence[str]) -> dict[tuple[str, str], Article]:
        """By question and region the oldest article that asks it there."""
        found: dict[tuple[str, str], Article] = {}
        for start in range(0, len(questions), CHUNK):
            query = (
                select(Article)
                .where(Article.question.in_(questions[start : start + CHUNK]))
                .order_by(Article.id.desc())
            )
            found.update({(a.question, a.region): a for a in await self._session.scalars(query)})
        return found

    async def questions(self, article_ids: Sequence[str]) -> dict[str, str]:
        """What these articles are called, by id; those that are gone are missing."""
        if not article_ids:
            return {}
        query = select(Article.id, Article.question).where(Article.id.in_(article_ids))
        return {row.id: row.question for row in await self._session.execute(query)}

    async def versions(self, article_id: str) -> list[ArticleVersion]:
        """All versions, newest first."""
        query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
        return list(await self._session.scalars(query.order_by(ArticleVersion.number.desc())))

    async def latest_versions(self, article_ids: Sequence[str]) -> dict[str, ArticleVersion]:
        """The newest version of each article, whatever its status."""
        found: dict[str, ArticleVersion] = {}
        for start in range(0, len(article_ids), CHUNK):
            newest = (
                select(ArticleVersion.article_id, func.max(ArticleVersion.number).label("number"))
                .where(ArticleVersion.article_id.in_(article_ids[start : start + CHUNK]))
                .group_by(ArticleVersion.article_id)
                .subquery()
            )
            query = select(ArticleVersion).join(
                newest,
                (ArticleVersion.article_id == newest.c.article_id)
                & (ArticleVersion.number == newest.c.number),
            )
            found.update({v.article_id: v for v in await self._session.scalars(query)})
        return found

    async def taken_down(self, article_ids: Sequence[str], but_by: Sequence[str]) -> set[str]:
        """Of these articles those that were published once and were retired, `but_by` not by one of these."""
        query = (
            select(ArticleVersion.article_id, ArticleVersion.retired_by)
            .join(Article, Article.id == ArticleVersion.article_id)
            .where(Article.id.in_(article_ids), Article.live.is_(False))
            .where(ArticleVersion.status == "retired")
            .order_by(ArticleVersion.number)
        )
        last = {row.article_id: row.retired_by for row in await self._session.execute(query)}
        return {article_id for article_id, by in last.items() if by not in but_by}

    async def changed_since(self, revision: int) -> list[str]:
        """Ids of the articles of which something was published or retired after `revision`."""
        query = select(Article.id).where(Article.published_revision > revision)
        return list(await self._session.scalars(query))

    async def published(self, *, since: int | None = None) -> list[tuple[Article, ArticleVersion]]:
        """Every published version with its article, by article and version number.

        With `since`, only of articles that changed after that revision.
        """
        query = (
            select(Article, ArticleVersion)
            .join(ArticleVersion, ArticleVersion.article_id == Article.id)
            .where(ArticleVersion.status == "published")
            .order_by(Article.id, ArticleVersion.number)
        )
        if since is not None:
            query = query.where(Article.published_revision > since)
        return [(article, version) for article, version in await self._session.execute(query)]

    async def published_of(self, article_id: str) -> list[ArticleVersion]:
        """The article's published versions, oldest number first."""
        query = select(ArticleVersion).where(
            ArticleVersion.article_id == article_id, ArticleVersion.status == "published"
        )
        return list(await self._session.scalars(query.order_by(ArticleVersion.number)))

    # ---- shipped files and the revision ------------------------------------------------------------------------

    async def shipped_files(self) -> dict[str, ShippedFile]:
        return {f.path: f for f in await self._session.scalars(select(ShippedFile))}

    async def lock_state(self) -> None:
        """Make the state row if need be and lock it: seeding and imports of several servers take turns."""
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        await self._session.execute(
            insert(KnowledgeState).values(id=STATE_ID, revision=0).on_conflict_do_nothing()
        )
        await self._session.execute(
            select(KnowledgeState.id).where(KnowledgeState.id == STATE_ID).with_for_update()
        )

    async def raise_revision(self, article_ids: Sequence[str] | None = None) -> None:
        """What is published of these articles has changed: every server brings its index up to date.

        None: the caller cannot say which; then all of them are read again.
        """
        await self.lock_state()
        change = update(KnowledgeState).where(KnowledgeState.id == STATE_ID)
        await self._session.execute(change.values(revision=KnowledgeState.revision + 1))
        # Under the lock: no reader can see a higher revision of an article before a lower one of another.
        stamp = update(Article).values(published_revision=await self.revision())
        stamp = stamp.execution_options(synchronize_session=False)
        if article_ids is None:
            await self._session.execute(stamp)
            return
        for start in range(0, len(article_ids), CHUNK):
            chunk = article_ids[start : start + CHUNK]
            await self._session.execute(stamp.where(Article.id.in_(chunk)))

    async def revision(self) -> int:
        """The number of changes so far; 0 before the first."""
        return (
            await self._session.scalar(
                select(KnowledgeState.revision).where(KnowledgeState.id == STATE_ID)
            )
            or 0
        )

"""Queries of the hot questions: articles, pins, inboxes, what was told last. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import ConfigRow
from core.conversation.models import Inbox
from knowledge.articles.models import Article, ArticleVersion

CONFIG = "knowledge.hot"
# Kept beside the pins, as a document nobody edits.
TOLD = f"{CONFIG}.told"


class HotRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def inboxes(self) -> list[Inbox]:
        """Those that are open, by id."""
        query = select(Inbox).where(Inbox.enabled.is_(True)).order_by(Inbox.id)
        return list(await self._session.scalars(query))

    async def published(
        self, ids: Sequence[str], keys: Sequence[str]
    ) -> Sequence[Row[Article, ArticleVersion]]:
        """The published versions of the articles of these ids or keys, article by article, the oldest first."""
        query = (
            select(Article, ArticleVersion)
            .join(ArticleVersion, ArticleVersion.article_id == Article.id)
            .where(ArticleVersion.status == "published")
            .where(or_(Article.id.in_(ids), Article.key.in_(keys)))
            .order_by(Article.id, ArticleVersion.number)
        )
        return (await self._session.execute(query)).all()

    async def pinned_at(self) -> datetime | None:
        """When the pins were last changed; None: never."""
        query = select(ConfigRow.updated_at).where(ConfigRow.name == CONFIG)
        at: datetime | None = await self._session.scalar(query)
        return at

    async def told(self) -> str:
        """The version of the hot questions that was told last, by whichever server; empty: none."""
        query = select(ConfigRow.value).where(ConfigRow.name == TOLD)
        value = await self._session.scalar(query)
        return str(value["version"]) if value else ""

    async def note_told(self, version: str, now: datetime) -> None:
        row = ConfigRow(name=TOLD, value={"version": version}, updated_at=now, updated_by="system")
        await self._session.merge(row)

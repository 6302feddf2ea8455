"""Whom an article is for: implements the desk's InternalArticles, so that what is for agents stays with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock, today
from knowledge.articles.models import Article
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.validity import holding


class ArticleAudience:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def is_internal(self, session: AsyncSession, article_id: str) -> bool:
        """Whether what holds today of the article, else its newest version, is for agents only.

        A public text that an internal one has replaced is still a published version, of past days.
        An unknown article is not internal.
        """
        try:
            UUID(article_id)
        except ValueError:
            return False
        published = await ArticleRepository(session).published_of(article_id)
        dated = [(v, v.effective_from, v.effective_to) for v in published]
        if (version := holding(dated, today(self._clock))) is not None:
            return version.audience == "internal"
        article = await session.get(Article, article_id)
        return article is not None and article.audience == "internal"

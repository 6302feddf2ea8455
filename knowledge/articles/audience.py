"""Whom an article is for: implements the desk's InternalArticles, so that what is for agents stays with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.articles.models import ArticleVersion


class ArticleAudience:
    async def is_internal(self, session: AsyncSession, article_id: str) -> bool:
        """Whether what is published of the article is for agents only. An unknown article is not."""
        try:
            UUID(article_id)
        except ValueError:
            return False
        query = select(ArticleVersion.audience).where(
            ArticleVersion.article_id == article_id, ArticleVersion.status == "published"
        )
        audiences = set(await session.scalars(query))
        return audiences == {"internal"}

"""Keeps an article's row in line with its versions, so that a list is one indexed query. Called by every change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete

from core.unit_of_work import UnitOfWork
from knowledge.articles import reminders
from knowledge.articles.models import Article, ArticleTag, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.validity import LAST_DAY, windows


def describe_newest(article: Article, version: ArticleVersion) -> None:
    """What lists show of the newest version."""
    article.question, article.business = version.question, version.business
    article.region, article.audience = version.region, version.audience
    article.status, article.number = version.status, version.number
    article.author = version.created_by


async def retag(uow: UnitOfWork, article: Article, tags: Sequence[str], *, new: bool) -> None:
    """Store the newest version's tags. `new`: the article has none yet."""
    if not new:
        await uow.session.execute(delete(ArticleTag).where(ArticleTag.article_id == article.id))
    uow.session.add_all(ArticleTag(tag=tag, article_id=article.id) for tag in tags)


async def renew(
    uow: UnitOfWork, article: Article, versions: Sequence[ArticleVersion] | None = None
) -> None:
    """After a version's status has changed. `versions`: all of them, when the caller holds them."""
    if versions is None:
        await uow.session.flush()
        versions = await ArticleRepository(uow.session).versions(article.id)
    describe_newest(article, max(versions, key=lambda v: v.number))
    published = sorted((v for v in versions if v.status == "published"), key=lambda v: v.number)
    article.live = bool(published)
    article.updated_at = uow.clock.now()
    expires_on = last_day(published)
    if expires_on != article.expires_on:
        article.expires_on = expires_on
        await reminders.schedule(uow, article)


def last_day(published: Sequence[ArticleVersion]) -> date | None:
    """The last day on which one of the published versions, oldest first, holds; None: no end, or none holds."""
    found = windows([(v, v.effective_from, v.effective_to) for v in published])
    last = max((window.last for window in found), default=LAST_DAY)
    return None if last == LAST_DAY else last

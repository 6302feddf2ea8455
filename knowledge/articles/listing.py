"""The list of articles as editors filter it: one query a page, by key, on indexes, for a hundred thousand articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from knowledge.articles.models import Article, ArticleTag, ArticleVersion, Category

Row = tuple[Article, str]
StatusFilter = Literal["draft", "in_review", "published", "retired", "expired"]


@dataclass(frozen=True)
class Filter:
    """What a list shows. `category_id` includes everything below it; `words` must all be in the question or key.

    `status`: draft and in_review ask for the newest version; published for anything published, whatever is
    being drafted; retired for nothing published any more; expired for published and past its last day.
    """

    category_id: str | None = None
    words: Sequence[str] = ()
    status: StatusFilter | None = None
    tag: str | None = None
    region: str | None = None
    audience: str | None = None
    expiring_within: int | None = None  # days
    author: str | None = None


async def page(
    session: AsyncSession, wanted: Filter, *, today: date, after: str | None, limit: int
) -> list[Row]:
    """Articles after `after`, the newest first: what editors work on; each with the path of its category."""
    query = _with_path().where(*_conditions(wanted, today)).order_by(Article.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Article.id < after)
    return [(article, path) for article, path in await session.execute(query)]


async def expiring(
    session: AsyncSession, *, today: date, within: int, after: str | None, limit: int
) -> list[Row]:
    """Articles whose last day is near, the nearest first."""
    wanted = Filter(expiring_within=within)
    query = _with_path().where(*_conditions(wanted, today))
    if after is not None:
        last = aliased(Article)
        place = select(last.expires_on, last.id).where(last.id == after)
        query = query.where(tuple_(Article.expires_on, Article.id) > place.scalar_subquery())
    query = query.order_by(Article.expires_on, Article.id).limit(limit)
    return [(article, path) for article, path in await session.execute(query)]


async def in_review(
    session: AsyncSession, *, after: str | None, limit: int
) -> list[tuple[ArticleVersion, Article, str]]:
    """Versions that wait for a second person, the oldest first; `after` is a version's id."""
    query = (
        select(ArticleVersion, Article, Category.path)
        .join(Article, Article.id == ArticleVersion.article_id)
        .join(Category, Category.id == Article.category_id)
        .where(ArticleVersion.status == "in_review")
        .order_by(ArticleVersion.submitted_at, ArticleVersion.id)
        .limit(limit)
    )
    if after is not None:
        last = aliased(ArticleVersion)
        place = select(last.submitted_at, last.id).where(last.id == after)
        query = query.where(
            tuple_(ArticleVersion.submitted_at, ArticleVersion.id) > place.scalar_subquery()
        )
    return [(version, article, path) for version, article, path in await session.execute(query)]


async def tags(session: AsyncSession, begins: str, limit: int) -> list[tuple[str, int]]:
    """Used tags with the number of articles, the most used first."""
    number = func.count()
    query = (
        select(ArticleTag.tag, number)
        .where(ArticleTag.tag.startswith(begins, autoescape=True))
        .group_by(ArticleTag.tag)
        .order_by(number.desc(), ArticleTag.tag)
        .limit(limit)
    )
    return [(tag, count) for tag, count in await session.execute(query)]


def _with_path() -> Select[Article, str]:
    return select(Article, Category.path).join(Category, Category.id == Article.category_id)


def _conditions(wanted: Filter, today: date) -> list[Any]:
    found: list[Any] = []
    if wanted.category_id is not None:
        found.append(Article.category_id.in_(_subtree(wanted.category_id)))
    for word in wanted.words:
        found.append(
            or_(
                Article.question.contains(word, autoescape=True),
                Article.key.contains(word, autoescape=True),
            )
        )
    match wanted.status:
        case "draft" | "in_review":
            found.append(Article.status == wanted.status)
        case "published":
            found.append(Article.live)
        case "retired":
            found += [Article.status == "retired", Article.live.is_(False)]
        case "expired":
            found += [Article.live, Article.expires_on < today]
        case None:
            pass
    if wanted.tag is not None:
        tagged = select(ArticleTag.article_id).where(ArticleTag.tag == wanted.tag)
        found.append(Article.id.in_(tagged))
    if wanted.region is not None:
        found.append(Article.region == wanted.region)
    if wanted.audience is not None:
        found.append(Article.audience == wanted.audience)
    if wanted.author is not None:
        found.append(Article.author == wanted.author)
    if wanted.expiring_within is not None:
        last = today + timedelta(days=wanted.expiring_within)
        found.append(Article.expires_on.between(today, last))
    return found


def _subtree(category_id: str) -> Select[str]:
    """Ids of the category and of everything below it."""
    root = aliased(Category)
    path = select(root.path).where(root.id == category_id).scalar_subquery()
    start = func.substr(Category.path, 1, func.length(path) + 1)
    return select(Category.id).where(or_(Category.id == category_id, start == path.concat("/")))

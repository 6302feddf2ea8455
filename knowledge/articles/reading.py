"""Puts together what the reading routes show: rows with people's names, versions with attachments, differences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.auth.service import account_names
from core.errors import InvalidInput
from knowledge.articles.attachments import attachments_of, shown_by, url_of
from knowledge.articles.categories import Categories
from knowledge.articles.diff import diff_contents
from knowledge.articles.drafts import OPEN, content_of
from knowledge.articles.listing import Row
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.reads import (
    MACHINES,
    ArticlePage,
    ArticleRead,
    ArticleSummary,
    AttachmentRead,
    DiffRead,
    ReviewPage,
    ReviewRead,
    VersionRead,
)
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.validity import called_off, holding


async def article_page(session: AsyncSession, rows: list[Row], limit: int) -> ArticlePage:
    items = [ArticleSummary.of(article, path) for article, path in rows]
    return ArticlePage(
        items=items,
        next=items[-1].id if len(items) == limit else None,
        people=await _people(session, (item.author for item in items)),
    )


async def article(session: AsyncSession, article_id: str, today: date) -> ArticleRead:
    """Raises NotFound."""
    repository = ArticleRepository(session)
    found = await repository.get(article_id)
    stored = await repository.versions(article_id)
    versions = [VersionRead.of(version) for version in stored]
    shown = await attachments_of(session, {i for version in stored for i in shown_by(version)})
    return ArticleRead(
        id=found.id, key=found.key, source=found.source,
        category_id=found.category_id, category=(await Categories.load(session)).path(found.category_id),
        live=found.live, expires_on=found.expires_on,
        created_at=found.created_at, updated_at=found.updated_at,
        in_force=_in_force(stored, today), versions=versions,
        attachments=[AttachmentRead.of(a, url_of(a)) for a in shown.values()],
        people=await _people(session, (person for version in versions for person in version.people)),
    )  # fmt: skip


async def review_page(
    session: AsyncSession,
    rows: list[tuple[ArticleVersion, Article, str]],
    limit: int,
    actor: Actor,
) -> ReviewPage:
    items = [_review(version, article, path, actor) for version, article, path in rows]
    return ReviewPage(
        items=items,
        next=items[-1].version_id if len(items) == limit else None,
        people=await _people(session, (author for item in items for author in item.authors)),
    )


async def diff(
    session: AsyncSession, version_id: str, against: str | None, today: date
) -> DiffRead:
    """Raises NotFound, InvalidInput when `against` belongs to another article."""
    repository = ArticleRepository(session)
    version = await repository.get_version(version_id)
    if against is not None:
        other: ArticleVersion | None = await repository.get_version(against)
        if other is None or other.article_id != version.article_id:
            raise InvalidInput("只能比较同一个条目的版本。", field="against")
    else:
        versions = await repository.versions(version.article_id)
        earlier = [v for v in versions if v.number < version.number and v.published_at]
        other = earlier[0] if earlier else None
    before = content_of(other) if other is not None else None
    return DiffRead(
        version=version.id,
        against=other.id if other is not None else None,
        calls_off=await _calls_off(repository, version, today),
        fields=diff_contents(before, content_of(version)),
    )


async def _calls_off(
    repository: ArticleRepository, version: ArticleVersion, today: date
) -> list[int]:
    if version.status not in OPEN:
        return []
    published = await repository.published_of(version.article_id)
    new = (version, version.effective_from, version.effective_to)
    dated = [(v, v.effective_from, v.effective_to) for v in published]
    return [planned.number for planned in called_off(dated, new, today)]


def _review(version: ArticleVersion, article: Article, path: str, actor: Actor) -> ReviewRead:
    notes = [remark["text"] for remark in version.remarks if remark["kind"] == "note"]
    assert version.submitted_at is not None
    return ReviewRead(
        version_id=version.id, article_id=article.id, number=version.number, edit=version.edit,
        question=version.question, category=path, audience=version.audience,
        authors=version.authors, submitted_at=version.submitted_at, note=notes[-1] if notes else "",
        first=not article.live,
        may_publish=actor.may(Permission.KNOWLEDGE_REVIEW) and actor.account_id not in version.authors,
    )  # fmt: skip


def _in_force(versions: list[ArticleVersion], today: date) -> str | None:
    published = [v for v in reversed(versions) if v.status == "published"]
    found = holding([(v, v.effective_from, v.effective_to) for v in published], today)
    return found.id if found is not None else None


async def _people(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """Names to show for accounts, and for what is no person."""
    wanted = set(ids)
    machines = {name: label for name, label in MACHINES.items() if name in wanted}
    return machines | await account_names(session, wanted)

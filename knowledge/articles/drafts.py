"""Writing: a new article, a new draft of one, changes to a draft, and throwing a draft away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as delete_rows

from core import audit
from core.errors import IllegalTransition
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from knowledge.articles import summary
from knowledge.articles.attachments import link_attachments
from knowledge.articles.categories import UNFILED, Categories
from knowledge.articles.errors import ArticleChanged, DraftOpen, KeyTaken
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent, Source

OPEN = ("draft", "in_review")


@dataclass(frozen=True)
class Written:
    article: Article
    version: ArticleVersion


@dataclass(frozen=True)
class Deletion:
    """What went with a draft."""

    article_id: str
    with_article: bool


async def create(
    uow: UnitOfWork, content: ArticleContent, *, source: str, actor: str,
    key: str | None = None, category_id: str | None = None,
) -> Written:  # fmt: skip
    """A new article with a draft. Raises KeyTaken, NotFound for the category, AttachmentUnknown."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    if key is not None and await repository.by_keys([key]):
        raise KeyTaken(key=key)
    tree = await Categories.load(uow.session)
    filed = tree.get(category_id).id if category_id is not None else tree.file(UNFILED)
    # From the random end of an id: the key is short enough to be written into other articles.
    key = key or f"kb-{new_id()[-12:]}"
    return await draft_article(uow, content, key=key, source=source, actor=actor, category_id=filed)


async def draft_article(
    uow: UnitOfWork, content: ArticleContent, *, key: str, source: str, actor: str, category_id: str
) -> Written:
    """`create` for callers that have made sure of `key` and hold the state lock: seeding and imports."""
    now = uow.clock.now()
    article = Article(
        id=new_id(), key=key, source=source, category_id=category_id, live=False,
        created_at=now, updated_at=now,
    )  # fmt: skip
    version = _version(uow, article, content, number=1, actor=actor)
    summary.describe_newest(article, version)
    uow.session.add(article)
    await _store(uow, article, version, content, actor)
    return Written(article, version)


async def revise(
    uow: UnitOfWork, article_id: str, content: ArticleContent, *, based_on: int, actor: str
) -> Written:
    """A new draft after version `based_on`.

    Raises NotFound, ArticleChanged when that is not the newest, DraftOpen when the newest is a draft itself.
    """
    repository = ArticleRepository(uow.session)
    await repository.lock_state()  # two editors saving at once: the second is told, not overwritten
    article = await repository.get(article_id)
    latest = (await repository.versions(article_id))[0]
    if latest.number != based_on:
        raise _changed(latest)
    if latest.status in OPEN:
        raise DraftOpen(version_id=latest.id, status=latest.status)
    version = await draft_version(uow, article, content, number=latest.number + 1, actor=actor)
    return Written(article, version)


async def draft_version(
    uow: UnitOfWork, article: Article, content: ArticleContent, *, number: int, actor: str
) -> ArticleVersion:
    """`revise` for callers that know the newest number and hold the state lock."""
    version = _version(uow, article, content, number=number, actor=actor)
    summary.describe_newest(article, version)
    article.updated_at = version.created_at
    await _store(uow, article, version, content, actor)
    return version


async def edit(
    uow: UnitOfWork, version_id: str, content: ArticleContent, *, edit: int, actor: str
) -> Written:
    """Change a draft in place. Raises NotFound, IllegalTransition, ArticleChanged when `edit` is stale."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    version = await repository.get_version(version_id)
    require_seen(version, edit)
    require_status(version, "draft", trigger="edit")
    article = await repository.get(version.article_id)
    for name, value in _columns(content).items():
        setattr(version, name, value)
    version.edit, version.updated_at = edit + 1, uow.clock.now()
    if actor not in version.authors:
        version.authors = [*version.authors, actor]
    article.updated_at = version.updated_at
    if version.number == article.number:  # an import may have overtaken it
        summary.describe_newest(article, version)
        await summary.retag(uow, article, content.tags, new=False)
    await link_attachments(uow, version, new=False)
    _audit(uow, version, actor, "article.draft_changed", edit=version.edit)
    return Written(article, version)


async def delete(
    uow: UnitOfWork, version_id: str, *, actor: str, edit: int | None = None
) -> Deletion:
    """Throw a draft away; the article goes with its only version.

    Raises NotFound, IllegalTransition, ArticleChanged when it is not the `edit` the caller has seen.
    """
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    version = await repository.get_version(version_id)
    require_seen(version, edit)
    require_status(version, "draft", trigger="delete")
    article = await repository.get(version.article_id)
    _audit(uow, version, actor, "article.draft_deleted")
    await uow.session.execute(delete_rows(ArticleVersion).where(ArticleVersion.id == version.id))
    uow.session.expunge(version)
    left = await repository.versions(article.id)
    if not left:
        await uow.session.execute(delete_rows(Article).where(Article.id == article.id))
        return Deletion(article.id, with_article=True)
    await summary.renew(uow, article, left)
    await summary.retag(uow, article, left[0].tags, new=False)
    return Deletion(article.id, with_article=False)


def content_of(version: ArticleVersion) -> ArticleContent:
    """The texts of a stored version, to be compared, revised or exported.

    Not checked again: it may be older than a rule of today.
    """
    values = {name: getattr(version, name) for name in ArticleContent.model_fields}
    values["citations"] = [Source.model_construct(**cited) for cited in version.citations]
    return ArticleContent.model_construct(**values)


def require_seen(version: ArticleVersion, edit: int | None) -> None:
    """Raises ArticleChanged when the version was changed after `edit`, which the caller has seen; None: unknown."""
    if edit is not None and version.edit != edit:
        raise _changed(version)


def require_status(version: ArticleVersion, status: str, *, trigger: str) -> None:
    """Raises IllegalTransition."""
    if version.status != status:
        raise IllegalTransition(status=version.status, trigger=trigger)


async def _store(
    uow: UnitOfWork, article: Article, version: ArticleVersion, content: ArticleContent, actor: str
) -> None:
    uow.session.add(version)
    await summary.retag(uow, article, content.tags, new=version.number == 1)
    await link_attachments(uow, version, new=True)
    _audit(uow, version, actor, "article.drafted")


def _version(
    uow: UnitOfWork, article: Article, content: ArticleContent, *, number: int, actor: str
) -> ArticleVersion:
    now = uow.clock.now()
    return ArticleVersion(
        id=new_id(), article_id=article.id, number=number, status="draft", edit=1, remarks=[],
        **_columns(content), created_by=actor, authors=[actor], created_at=now, updated_at=now,
    )  # fmt: skip


def _columns(content: ArticleContent) -> dict[str, Any]:
    return {
        **content.model_dump(exclude={"citations"}),
        "citations": [c.model_dump() for c in content.citations],
        "content_hash": content.content_hash(),
    }


def _changed(version: ArticleVersion) -> ArticleChanged:
    return ArticleChanged(
        latest=version.number, version_id=version.id, edit=version.edit, by=version.authors[-1]
    )


def _audit(uow: UnitOfWork, version: ArticleVersion, actor: str, action: str, **data: int) -> None:
    audit.record(
        uow, actor=actor, action=action, subject=f"article:{version.article_id}",
        version=version.number, **data,
    )  # fmt: skip

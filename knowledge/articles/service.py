"""What may be done with an article: create, revise, submit, publish, retire. The one place that sets a status."""

from __future__ import annotations

from dataclasses import dataclass

from core import audit
from core.conversation.content import Citation
from core.errors import Conflict, IllegalTransition, PermissionDenied
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.validity import windows

# Authors that are not persons: what they publish needs no second person (it was reviewed before it came).
SHIPPED, IMPORT = "shipped", "import"


class SecondPersonRequired(PermissionDenied):
    code, default_message = "second_person_required", "需要由另一位同事审核后发布。"


class ArticleChanged(Conflict):
    """Somebody else saved a newer version. Details: `latest`."""

    code, default_message = "article_changed", "这个条目已被他人修改，请刷新后再编辑。"


class KeyTaken(Conflict):
    code, default_message = "key_taken", "这个条目编号已被使用。"


@dataclass(frozen=True)
class Written:
    article: Article
    version: ArticleVersion


async def create(
    uow: UnitOfWork, content: ArticleContent, *, key: str, source: str, actor: str
) -> Written:
    """A new article with a draft. Raises KeyTaken."""
    if await ArticleRepository(uow.session).by_keys([key]):
        raise KeyTaken(key=key)
    return draft_article(uow, content, key=key, source=source, actor=actor)


def draft_article(
    uow: UnitOfWork, content: ArticleContent, *, key: str, source: str, actor: str
) -> Written:
    """`create` for callers that have made sure of `key` and hold the state lock: seeding and imports."""
    now = uow.clock.now()
    article = Article(
        id=new_id(), key=key, source=source, question=content.question, category=content.category,
        business=content.business, created_at=now, updated_at=now,
    )  # fmt: skip
    uow.session.add(article)
    return Written(article, draft_version(uow, article, content, number=1, actor=actor))


async def revise(
    uow: UnitOfWork, article_id: str, content: ArticleContent, *, based_on: int, actor: str
) -> Written:
    """A new draft after version `based_on`. Raises NotFound, ArticleChanged when that is not the newest."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()  # two editors saving at once: the second is told, not overwritten
    article = await repository.get(article_id)
    latest = (await repository.versions(article_id))[0]
    if latest.number != based_on:
        raise ArticleChanged(latest=latest.number)
    return Written(
        article, draft_version(uow, article, content, number=latest.number + 1, actor=actor)
    )


def draft_version(
    uow: UnitOfWork, article: Article, content: ArticleContent, *, number: int, actor: str
) -> ArticleVersion:
    """`revise` for callers that know the newest number and hold the state lock."""
    now = uow.clock.now()
    version = ArticleVersion(
        id=new_id(), article_id=article.id, number=number, status="draft",
        **content.model_dump(exclude={"citations"}),
        citations=[c.model_dump() for c in content.citations],
        content_hash=content.content_hash(), created_by=actor, created_at=now,
    )  # fmt: skip
    uow.session.add(version)
    article.question, article.category, article.business = (
        content.question,
        content.category,
        content.business,
    )
    article.updated_at = now
    audit.record(
        uow, actor=actor, action="article.drafted", subject=f"article:{article.id}", version=number
    )
    return version


async def submit(uow: UnitOfWork, version_id: str, *, actor: str) -> ArticleVersion:
    """Ask for review. Raises NotFound, IllegalTransition."""
    version = await ArticleRepository(uow.session).get_version(version_id)
    _require(version, "draft", trigger="submit")
    version.status, version.submitted_at = "in_review", uow.clock.now()
    audit.record(
        uow,
        actor=actor,
        action="article.submitted",
        subject=f"article:{version.article_id}",
        version=version.number,
    )
    return version


async def send_back(uow: UnitOfWork, version_id: str, *, actor: str) -> ArticleVersion:
    """The reviewer wants changes. Raises NotFound, IllegalTransition."""
    version = await ArticleRepository(uow.session).get_version(version_id)
    _require(version, "in_review", trigger="send_back")
    version.status, version.submitted_at = "draft", None
    audit.record(
        uow,
        actor=actor,
        action="article.sent_back",
        subject=f"article:{version.article_id}",
        version=version.number,
    )
    return version


async def publish(uow: UnitOfWork, version_id: str, *, actor: str) -> ArticleVersion:
    """The review went well. Raises NotFound, IllegalTransition, SecondPersonRequired for the author."""
    version = await ArticleRepository(uow.session).get_version(version_id)
    _require(version, "in_review", trigger="publish")
    if actor == version.created_by:
        raise SecondPersonRequired()
    version.reviewed_by = actor
    await _publish(uow, version, actor)
    await ArticleRepository(uow.session).raise_revision([version.article_id])
    return version


async def publish_reviewed(uow: UnitOfWork, written: Written, *, actor: str) -> None:
    """Publish a draft that came already reviewed: shipped content, and `kb import --publish`.

    The caller raises the revision once, after the last one.
    """
    _require(written.version, "draft", trigger="publish")
    await _publish(uow, written.version, actor)


async def _publish(uow: UnitOfWork, version: ArticleVersion, actor: str) -> None:
    version.status, version.published_at = "published", uow.clock.now()
    if version.number > 1:
        await uow.session.flush()
        published = await ArticleRepository(uow.session).published_of(version.article_id)
        holding = {
            w.version.id
            for w in windows([(v, v.effective_from, v.effective_to) for v in published])
        }
        for older in published:
            if older.id not in holding and older.id != version.id:
                _retire(uow, older, actor)
    audit.record(
        uow,
        actor=actor,
        action="article.published",
        subject=f"article:{version.article_id}",
        version=version.number,
    )


async def retire(uow: UnitOfWork, article_id: str, *, actor: str) -> Article:
    """Take every published version out of use. Raises NotFound, IllegalTransition when none is published."""
    repository = ArticleRepository(uow.session)
    article = await repository.get(article_id)
    published = await repository.published_of(article_id)
    if not published:
        raise IllegalTransition(
            "这个条目没有已发布的版本。", status="unpublished", trigger="retire"
        )
    for version in published:
        _retire(uow, version, actor)
    article.updated_at = uow.clock.now()
    audit.record(uow, actor=actor, action="article.retired", subject=f"article:{article_id}")
    await repository.raise_revision([article_id])
    return article


def _retire(uow: UnitOfWork, version: ArticleVersion, actor: str) -> None:
    version.status, version.retired_at, version.retired_by = "retired", uow.clock.now(), actor


def content_of(version: ArticleVersion) -> ArticleContent:
    """The texts of a stored version, to be compared, revised or exported."""
    return ArticleContent(
        question=version.question, similar=version.similar, answer_md=version.answer_md,
        citations=[Citation(**c) for c in version.citations], category=version.category,
        business=version.business, region=version.region, audience=version.audience,
        effective_from=version.effective_from, effective_to=version.effective_to,
        next=version.next, tags=version.tags,
    )  # fmt: skip


def _require(version: ArticleVersion, status: str, *, trigger: str) -> None:
    if version.status != status:
        raise IllegalTransition(status=version.status, trigger=trigger)

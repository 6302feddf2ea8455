"""What a version goes through: submitted, sent back, published by a second person, retired, rolled back to."""

from __future__ import annotations

from core import audit
from core.clock import today
from core.errors import IllegalTransition, InvalidInput
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from knowledge.articles import summary
from knowledge.articles.attachments import link_attachments
from knowledge.articles.drafts import OPEN, Written, content_of, require_seen, require_status
from knowledge.articles.errors import (
    AnswerUnwritten,
    ArticleChanged,
    CitationRequired,
    NextUnknown,
    SecondPersonRequired,
    VersionExpired,
)
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import TO_WRITE
from knowledge.articles.validity import windows


async def submit(
    uow: UnitOfWork, version_id: str, *, actor: str, note: str = "", edit: int | None = None
) -> ArticleVersion:
    """Ask for review of `edit`, which the caller has seen.

    Raises NotFound, IllegalTransition, AnswerUnwritten, CitationRequired, NextUnknown, and ArticleChanged when
    somebody has changed the draft since.
    """
    article, version = await _load(uow, version_id)
    require_seen(version, edit)
    require_status(version, "draft", trigger="submit")
    if TO_WRITE in version.answer_md:
        raise AnswerUnwritten(field="answer_md")
    _require_citation(version)
    known = await ArticleRepository(uow.session).by_keys(version.next)
    if unknown := [key for key in version.next if key not in known]:
        raise NextUnknown(field="next", keys=unknown)
    version.status, version.submitted_at = "in_review", uow.clock.now()
    _remark(uow, version, "note", actor, note)
    await summary.renew(uow, article)
    _audit(uow, version, actor, "article.submitted")
    return version


async def send_back(
    uow: UnitOfWork, version_id: str, *, actor: str, comment: str = ""
) -> ArticleVersion:
    """The reviewer wants changes. Raises NotFound, IllegalTransition."""
    return await _back_to_draft(uow, version_id, actor, comment, "sent_back")


async def withdraw(uow: UnitOfWork, version_id: str, *, actor: str) -> ArticleVersion:
    """The author wants to go on writing. Raises NotFound, IllegalTransition."""
    return await _back_to_draft(uow, version_id, actor, "", "withdrawn")


async def publish(
    uow: UnitOfWork, version_id: str, *, actor: str, edit: int | None = None
) -> ArticleVersion:
    """The review went well. `edit`: what the reviewer has read, who must not publish something else.

    Raises NotFound, IllegalTransition, SecondPersonRequired for whoever wrote in it, CitationRequired,
    VersionExpired, and ArticleChanged when it was taken back and changed, or a later version was published meanwhile.
    """
    article, version = await _load(uow, version_id)
    require_seen(version, edit)
    require_status(version, "in_review", trigger="publish")
    if actor in version.authors:
        raise SecondPersonRequired()
    _require_citation(version)
    _require_time_left(uow, version)
    if any(v.number > version.number for v in await _published(uow, article)):
        raise ArticleChanged(
            "已有更新的版本发布，请退回后在新版本上修改。",
            latest=article.number,
            version_id=version.id,
        )
    version.reviewed_by = actor
    await _put_in_force(uow, article, version, actor)
    await ArticleRepository(uow.session).raise_revision([article.id])
    return version


async def publish_reviewed(uow: UnitOfWork, written: Written, *, actor: str) -> None:
    """Publish a draft that came already reviewed: shipped content, and `kb import --publish`.

    The caller raises the revision once, after the last one.
    """
    require_status(written.version, "draft", trigger="publish")
    await _put_in_force(uow, written.article, written.version, actor)


async def retire(uow: UnitOfWork, article_id: str, *, actor: str) -> Article:
    """Take every published version out of use. Raises NotFound, IllegalTransition when none is published."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    article = await repository.get(article_id)
    published = await _published(uow, article)
    if not published:
        raise IllegalTransition(
            "这个条目没有已发布的版本。", status="unpublished", trigger="retire"
        )
    for version in published:
        _retire(uow, version, actor)
    await summary.renew(uow, article)
    audit.record(uow, actor=actor, action="article.retired", subject=f"article:{article_id}")
    await repository.raise_revision([article_id])
    return article


async def roll_back(uow: UnitOfWork, article_id: str, number: int, *, actor: str) -> ArticleVersion:
    """Publish the text of the earlier published version `number` anew, at once: it had its second person.

    An open draft stays open, as the newest version. Raises NotFound, InvalidInput for a version that never
    was published, VersionExpired.
    """
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    article = await repository.get(article_id)
    versions = await repository.versions(article_id)
    old = next((v for v in versions if v.number == number and v.published_at), None)
    if old is None:
        raise InvalidInput("没有这个已发布过的版本。", field="number", number=number)
    _require_time_left(uow, old)
    newest, place = versions[0], versions[0].number + 1
    if newest.status in OPEN:
        place, newest.number = newest.number, place
        await uow.session.flush()  # its number is free before another takes it
    version = _copy(uow, article, old, place)
    uow.session.add(version)
    await link_attachments(uow, version, new=True)
    audit.record(
        uow, actor=actor, action="article.rolled_back", subject=f"article:{article_id}",
        to=number, version=place,
    )  # fmt: skip
    await _put_in_force(uow, article, version, actor)
    newest_now = newest if newest.status in OPEN else version
    await summary.retag(uow, article, newest_now.tags, new=False)
    await repository.raise_revision([article_id])
    return version


def _copy(uow: UnitOfWork, article: Article, old: ArticleVersion, number: int) -> ArticleVersion:
    now = uow.clock.now()
    content = content_of(old)
    return ArticleVersion(
        id=new_id(), article_id=article.id, number=number, status="draft", edit=1, remarks=[],
        **content.model_dump(exclude={"citations"}), citations=old.citations,
        content_hash=old.content_hash, rolled_back_to=old.number,
        created_by=old.created_by, authors=old.authors, reviewed_by=old.reviewed_by,
        created_at=now, updated_at=now,
    )  # fmt: skip


async def _load(uow: UnitOfWork, version_id: str) -> tuple[Article, ArticleVersion]:
    """Under the state lock: of two people acting at once the second sees what the first did."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    version = await repository.get_version(version_id)
    return await repository.get(version.article_id), version


async def _published(uow: UnitOfWork, article: Article) -> list[ArticleVersion]:
    return await ArticleRepository(uow.session).published_of(article.id)


async def _back_to_draft(
    uow: UnitOfWork, version_id: str, actor: str, comment: str, how: str
) -> ArticleVersion:
    article, version = await _load(uow, version_id)
    require_status(version, "in_review", trigger="send_back")
    version.status, version.submitted_at = "draft", None
    _remark(uow, version, how, actor, comment)
    await summary.renew(uow, article)
    _audit(uow, version, actor, f"article.{how}")
    return version


async def _put_in_force(
    uow: UnitOfWork, article: Article, version: ArticleVersion, actor: str
) -> None:
    version.status, version.published_at = "published", uow.clock.now()
    versions = [version]
    if version.number > 1:
        await uow.session.flush()
        versions = await ArticleRepository(uow.session).versions(article.id)
        published = [v for v in reversed(versions) if v.status == "published"]
        found = windows([(v, v.effective_from, v.effective_to) for v in published])
        holding = {window.version.id for window in found}
        for older in published:
            if older.id not in holding and older.id != version.id:
                _retire(uow, older, actor)
    await summary.renew(uow, article, versions)
    _audit(uow, version, actor, "article.published")


def _retire(uow: UnitOfWork, version: ArticleVersion, actor: str) -> None:
    version.status, version.retired_at, version.retired_by = "retired", uow.clock.now(), actor


def _require_citation(version: ArticleVersion) -> None:
    if version.audience == "public" and not version.citations:
        raise CitationRequired(field="citations")


def _require_time_left(uow: UnitOfWork, version: ArticleVersion) -> None:
    """A text that has ended would replace the one in force and then answer nothing."""
    ends = version.effective_to
    if ends is not None and ends < today(uow.clock):
        raise VersionExpired(number=version.number, effective_to=ends.isoformat())


def _remark(uow: UnitOfWork, version: ArticleVersion, kind: str, by: str, text: str) -> None:
    """Kept with the version, where editor and reviewer read it."""
    if text or kind != "note":
        at = uow.clock.now().isoformat()
        version.remarks = [*version.remarks, {"kind": kind, "by": by, "at": at, "text": text}]


def _audit(uow: UnitOfWork, version: ArticleVersion, actor: str, action: str) -> None:
    audit.record(
        uow,
        actor=actor,
        action=action,
        subject=f"article:{version.article_id}",
        version=version.number,
    )

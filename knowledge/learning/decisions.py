"""What an editor does with a cluster: start a draft, add its wordings to an article, dismiss it, take it up again.

Each locks the cluster, so that two editors at once decide one after the other: who repeats a decision gets what the
first one made, who wants another one is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from core import audit
from core.errors import Conflict, InvalidInput
from core.unit_of_work import UnitOfWork
from knowledge.articles import service
from knowledge.articles.models import ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import TO_WRITE, ArticleContent
from knowledge.learning.clusters import ClusterRepository, State
from knowledge.learning.models import QuestionCluster

# Of a large cluster the most frequent wordings; an editor throws some away.
MOST_WORDINGS = 30
LONGEST_QUESTION = 200


class ClusterDecided(Conflict):
    """Somebody has decided otherwise meanwhile. Details: `state`, `article_id`."""

    code, default_message = "cluster_decided", "同事已经处理了这组问题，请刷新后再看。"


class WordingsNeeded(InvalidInput):
    code, default_message = "wordings_needed", "请至少选一个问法。"


@dataclass(frozen=True)
class Decided:
    """The article and the draft that came of it; `added` are the wordings the draft did not have before."""

    article_id: str
    version_id: str
    added: list[str]


async def draft(uow: UnitOfWork, cluster_id: str, *, actor: str) -> Decided:
    """A new article from the cluster's wordings; the one there is when it was drafted before."""
    clusters = ClusterRepository(uow.session)
    cluster = await clusters.get(cluster_id, lock=True)
    if cluster.state == "drafted" and cluster.article_id is not None:
        newest = await _newest(uow, cluster.article_id)
        if newest is not None:
            return Decided(cluster.article_id, newest.id, [])
    _refuse_unless(cluster, "open", "dismissed", "drafted")
    stored = await clusters.wordings(cluster.id, MOST_WORDINGS)
    wordings = [w for w in dict.fromkeys([*cluster.examples[:1], *stored]) if _is_wording(w)]
    if not wordings:
        raise WordingsNeeded("这组问题里没有可用的问法（太长或含有个人信息）。", field="wordings")
    content = ArticleContent(question=wordings[0], similar=wordings[1:], answer_md=TO_WRITE)
    written = await service.create(uow, content, source="console", actor=actor)
    _decide(uow, cluster, "drafted", actor, written.article.id)
    return Decided(written.article.id, written.version.id, wordings)


async def adopt(
    uow: UnitOfWork, cluster_id: str, article_id: str, wordings: Sequence[str], *, actor: str
) -> Decided:
    """Add wordings to an article's draft, or to a new draft of it. Raises DraftOpen while it is in review."""
    cluster = await ClusterRepository(uow.session).get(cluster_id, lock=True)
    if cluster.article_id != article_id:
        _refuse_unless(cluster, "open", "dismissed")
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    await repository.get(article_id)
    newest = (await repository.versions(article_id))[0]
    has = {newest.question, *newest.similar}
    added = [w for w in dict.fromkeys(w.strip() for w in wordings) if w and w not in has]
    if not added and not wordings:
        raise WordingsNeeded(field="wordings")
    version = await _with(uow, newest, added, actor) if added else newest
    if cluster.state != "adopted":
        _decide(uow, cluster, "adopted", actor, article_id)
    return Decided(article_id, version.id, added)


async def dismiss(uow: UnitOfWork, cluster_id: str, *, actor: str) -> None:
    """None of our business, or not worth an article."""
    cluster = await ClusterRepository(uow.session).get(cluster_id, lock=True)
    if cluster.state != "dismissed":
        _refuse_unless(cluster, "open")
        _decide(uow, cluster, "dismissed", actor, None)


async def reopen(uow: UnitOfWork, cluster_id: str, *, actor: str) -> None:
    """Back to the list of what is to be decided; an article that was drafted stays."""
    cluster = await ClusterRepository(uow.session).get(cluster_id, lock=True)
    if cluster.state != "open":
        _decide(uow, cluster, "open", actor, None)


async def _newest(uow: UnitOfWork, article_id: str) -> ArticleVersion | None:
    """None when the draft was thrown away."""
    versions = await ArticleRepository(uow.session).versions(article_id)
    return versions[0] if versions else None


async def _with(
    uow: UnitOfWork, newest: ArticleVersion, added: Sequence[str], actor: str
) -> ArticleVersion:
    old = service.content_of(newest)
    values = old.model_dump() | {"similar": [*old.similar, *added]}
    try:
        content = ArticleContent.model_validate(values)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise InvalidInput(
            "加上这些问法后条目不符合要求，请在条目编辑页修改。", field=field
        ) from None
    if newest.status == "draft":
        done = await service.edit(uow, newest.id, content, edit=newest.edit, actor=actor)
    else:
        done = await service.revise(
            uow, newest.article_id, content, based_on=newest.number, actor=actor
        )
    return done.version


def _decide(
    uow: UnitOfWork, cluster: QuestionCluster, state: State, actor: str, article_id: str | None
) -> None:
    cluster.state, cluster.article_id = state, article_id
    cluster.decided_by, cluster.decided_at = actor, uow.clock.now()
    cluster.decided_size = cluster.size
    audit.record(
        uow, actor=actor, action=f"cluster.{state}", subject=f"cluster:{cluster.id}",
        article=article_id, size=cluster.size,
    )  # fmt: skip


def _refuse_unless(cluster: QuestionCluster, *states: State) -> None:
    if cluster.state not in states:
        raise ClusterDecided(state=cluster.state, article_id=cluster.article_id)


def _is_wording(text: str) -> bool:
    """Short enough for a question, and nothing of it masked."""
    return 2 <= len(text) <= LONGEST_QUESTION and "[" not in text

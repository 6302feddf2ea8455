"""Makes articles of an import's rows inside one transaction: a crash, an error or a cancel leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import audit
from core.clock import today
from core.unit_of_work import UnitOfWork
from knowledge.articles import service
from knowledge.articles.bulk import NewArticle, store_new
from knowledge.articles.models import ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.service import IMPORT, Written
from knowledge.ingest.compare import RETIRED, Match, Matcher, key_for
from knowledge.ingest.models import Import, ImportRow
from knowledge.ingest.repository import ImportRepository

# Rows between two looks at the event loop, which has other things to do.
BATCH = 100
CHANGED_MEANWHILE = "预览之后有人改过这个条目，没有覆盖；请重新导入"
EXPIRED = "失效日期已过，发布会让现在的答案下线，没有导入；请改失效日期，或导入为草稿"


@dataclass(frozen=True)
class How:
    """How rows become articles.

    author: who brought the file. publisher: who puts it in force; None: drafts. A publisher other than the
    author is the second person; the author alone may publish what was declared reviewed elsewhere.
    """

    author: str
    publisher: str | None = None
    accept_duplicates: bool = False


@dataclass
class Outcome:
    """`results`: rows by what was done. `left`: numbers of conflicts, and why. `live`: articles published anew."""

    results: Counter[str] = field(default_factory=Counter)
    left: list[tuple[int, str]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)


class Applier:
    """Stores rows batch by batch. The caller holds the transaction and, from `open` on, the state lock."""

    def __init__(self, uow: UnitOfWork, matcher: Matcher, how: How) -> None:
        self._uow = uow
        self._matcher = matcher
        self._how = how
        self.outcome = Outcome()

    @classmethod
    async def open(cls, uow: UnitOfWork, how: How) -> Applier:
        await ArticleRepository(uow.session).lock_state()
        return cls(uow, await Matcher.open(uow.session, how.author), how)

    async def store(self, rows: Sequence[ImportRow]) -> list[dict[str, Any]]:
        """Make articles of these rows; says what became of each, for ImportRepository.record."""
        wanted = [row for row in rows if self._is_wanted(row) or row.retired]
        contents = [_content(row) for row in wanted]
        pairs = [
            (row.key or None, content) for row, (content, _) in zip(wanted, contents, strict=True)
        ]
        matches = await self._matcher.match(pairs)
        done: dict[int, dict[str, Any]] = {}
        article_id: str | None
        plain: list[tuple[ImportRow, NewArticle]] = []
        for row, (content, category), match in zip(wanted, contents, matches, strict=True):
            if match is None and row.article_id is None:
                new = self._new(row, content, category)
                if new.is_plain:
                    plain.append((row, new))
                    continue
                result, article_id = await self._store_one(new)
                reason = ""
            elif reason := self._objection(row, content, match):
                result, article_id = "conflict", row.article_id
                self.outcome.left.append((row.number, reason))
            else:
                assert match is not None  # as _objection says
                result, article_id = await self._row(content, category, match)
            done[row.position] = {"result": result, "article_id": article_id, "reason": reason}
        ids = await store_new(self._uow, [new for _, new in plain])
        for (row, new), made in zip(plain, ids, strict=True):
            done[row.position] = {"result": "created", "article_id": made, "reason": ""}
            if new.publisher is not None:
                self.outcome.live.append(made)
        skipped = {"result": "skipped"}
        results = [
            {"row": r.position, "article_id": r.article_id, "reason": r.reason}
            | done.get(r.position, skipped if r.outcome != "refused" else {"result": "refused"})
            for r in rows
        ]
        self.outcome.results.update(r["result"] for r in results)
        return results

    def _is_wanted(self, row: ImportRow) -> bool:
        if row.outcome == "refused" or row.wanted is not None:
            return bool(row.wanted) and row.outcome != "refused"
        # What was imported as a draft before is published by importing it again.
        publishes = self._how.publisher is not None
        return row.outcome in ("new", "changed") or (
            self._how.accept_duplicates if row.outcome == "duplicate" else publishes
        )

    def _objection(self, row: ImportRow, content: ArticleContent, match: Match | None) -> str:
        """Why the row's article is left as it is; empty: it is not."""
        if match is None:  # it was deleted after the preview
            return CHANGED_MEANWHILE
        if row.wanted is False or (match.taken_down and not row.wanted):
            return RETIRED
        newest = match.newest
        same = newest.content_hash == content.content_hash()
        expected = (row.article_id, row.based_on) == (match.article.id, newest.number)
        if not same and (not expected or self._matcher.is_foreign_draft(newest)):
            return CHANGED_MEANWHILE
        ends = content.effective_to
        over = ends is not None and ends < today(self._uow.clock)
        publishes = self._how.publisher is not None and not (same and newest.status == "published")
        return EXPIRED if over and publishes and match.article.live else ""

    async def _row(
        self, content: ArticleContent, category: str | None, match: Match
    ) -> tuple[str, str]:
        newest = match.newest
        if self._matcher.is_foreign_draft(newest):  # it says the same
            return "unchanged", match.article.id
        filed = self._file(match, category, content)
        if newest.content_hash == content.content_hash():
            return await self._same(match, filed)
        if newest.status == "draft":
            written = await service.edit(
                self._uow, newest.id, content, edit=newest.edit, actor=self._how.author
            )
        else:
            version = await service.draft_version(
                self._uow, match.article, content, number=newest.number + 1, actor=self._how.author
            )
            written = Written(match.article, version)
        await self._put_in_force(written)
        return "changed", match.article.id

    def _new(self, row: ImportRow, content: ArticleContent, category: str | None) -> NewArticle:
        return NewArticle(
            content, key=row.key or key_for(content), source=IMPORT, author=self._how.author,
            category_id=self._matcher.tree.file(category or "", content.business),
            publisher=self._how.publisher,
        )  # fmt: skip

    async def _store_one(self, new: NewArticle) -> tuple[str, str]:
        written = await service.draft_article(
            self._uow, new.content, key=new.key, source=new.source, actor=new.author,
            category_id=new.category_id,
        )  # fmt: skip
        await self._put_in_force(written)
        return "created", written.article.id

    async def _same(self, match: Match, filed: bool) -> tuple[str, str]:
        """The text is the same; it may still have to be put in force."""
        newest, article = match.newest, match.article
        if self._how.publisher is not None and newest.status in ("draft", "retired"):
            version: ArticleVersion = newest
            if newest.status == "retired":
                version = await service.draft_version(
                    self._uow, article, service.content_of(newest), number=newest.number + 1,
                    actor=self._how.author,
                )  # fmt: skip
            await self._put_in_force(Written(article, version))
            return "published", article.id
        if filed and article.live:
            self.outcome.live.append(article.id)  # what is found names the category
        return ("changed" if filed else "unchanged"), article.id

    def _file(self, match: Match, category: str | None, content: ArticleContent) -> bool:
        if self._matcher.is_filed(match.article, category):
            return False
        match.article.category_id = self._matcher.tree.file(category or "", content.business)
        return True

    async def _put_in_force(self, written: Written) -> None:
        publisher = self._how.publisher
        if publisher is None:
            return
        if publisher not in written.version.authors:
            written.version.reviewed_by = publisher
        await service.publish_reviewed(self._uow, written, actor=publisher)
        self.outcome.live.append(written.article.id)


def _content(row: ImportRow) -> tuple[ArticleContent, str | None]:
    values = dict(row.content)
    category = values.pop("category", None)
    return ArticleContent.model_validate(values), category


async def apply_rows(
    uow: UnitOfWork, job: Import, how: How, progress: Callable[[int], None]
) -> Outcome:
    """Store all rows of `job` in the caller's transaction. `progress` is told the rows done; it may raise."""
    repository = ImportRepository(uow.session)
    applier = await Applier.open(uow, how)
    done = 0
    while rows := await repository.rows(job.id, after=done, limit=BATCH):
        results = await applier.store(rows)
        await uow.session.flush()
        await repository.record(job.id, results)
        done = rows[-1].position
        progress(done)
        await asyncio.sleep(0)
    outcome = applier.outcome
    if outcome.live:
        await ArticleRepository(uow.session).raise_revision(outcome.live)
    audit.record(
        uow, actor=how.publisher or how.author, action="knowledge.imported", subject=f"import:{job.id}",
        file=job.file,
        publish=how.publisher is not None, by=how.author, rows=dict(outcome.results),
    )  # fmt: skip
    return outcome

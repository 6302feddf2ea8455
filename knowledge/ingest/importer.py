"""Stores validated rows as articles in one transaction: a crash or a refusal never leaves half a file behind."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core import audit
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from knowledge.articles import service
from knowledge.articles.categories import UNFILED, Categories
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.service import IMPORT, Written
from knowledge.ingest.readers import read_rows
from knowledge.ingest.rows import ArticleRow, Refusal, validate

Change = Literal["created", "changed", "unchanged"]


class ImportRefused(InvalidInput):
    """All or nothing was asked for and some rows are wrong. Details: `refused`."""

    code, default_message = "import_refused", "有不合格的行，没有导入任何内容。"


@dataclass
class FileReport:
    """What became of one file's rows."""

    file: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def stored(self) -> int:
        return self.created + self.changed

    def as_dict(self) -> dict[str, Any]:
        refused = [{"row": r.number, "field": r.field, "reason": r.reason} for r in self.refused]
        counts = {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}
        return {"file": self.file, **counts, "refused": refused}


async def import_files(
    units: UnitOfWorkFactory,
    paths: Sequence[Path],
    *,
    publish: bool,
    atomic: bool,
    actor: str = IMPORT,
) -> list[FileReport]:
    """Import the files in one transaction; with `publish` the articles are in use afterwards.

    Raises FileUnreadable, and with `atomic` ImportRefused when any row is refused; then nothing is stored.
    """
    checked = [(path, *validate(read_rows(path))) for path in paths]
    reports = [FileReport(path.name, refused=refused) for path, _, refused in checked]
    if atomic and any(r.refused for r in reports):
        raise ImportRefused(refused=[r.as_dict() for r in reports if r.refused])
    if not any(rows for _, rows, _ in checked):
        return reports
    async with units.write() as uow:
        repository = ArticleRepository(uow.session)
        await repository.lock_state()
        for (_, rows, _), report in zip(checked, reports, strict=True):
            await _store(uow, repository, rows, report, publish=publish, actor=actor)
            await uow.session.flush()
        if publish:
            await repository.raise_revision()
        stored = sum(r.stored for r in reports)
        audit.record(
            uow, actor=actor, action="knowledge.imported", subject="knowledge", stored=stored
        )
    return reports


async def _store(
    uow: UnitOfWork, repository: ArticleRepository, rows: list[ArticleRow], report: FileReport, *,
    publish: bool, actor: str,
) -> None:  # fmt: skip
    keys = [row.key or key_for(row.content.question) for row in rows]
    by_key = await repository.by_keys(keys)
    by_question = await repository.by_questions(
        [row.content.question for row in rows if not row.key]
    )
    known = [
        by_key.get(k) or by_question.get(r.content.question)
        for k, r in zip(keys, rows, strict=True)
    ]
    latest = await repository.latest_versions([a.id for a in known if a is not None])
    tree = await Categories.load(uow.session)
    for row, key, article in zip(rows, keys, known, strict=True):
        if article is None:
            category_id = tree.file(row.category or UNFILED, row.content.business)
            written = await service.draft_article(
                uow, row.content, key=key, source=IMPORT, actor=actor, category_id=category_id
            )
            report.created += 1
        else:
            newest = latest[article.id]
            if row.category:
                # Filing elsewhere is no new version.
                article.category_id = tree.file(row.category, row.content.business)
            if _same(row, newest, publish=publish):
                report.unchanged += 1
                continue
            written = await _revise(uow, row, article, newest, actor)
            latest[article.id] = written.version
            report.changed += 1
        if publish:
            await service.publish_reviewed(uow, written, actor=actor)


def _same(row: ArticleRow, newest: ArticleVersion, *, publish: bool) -> bool:
    same_text = newest.content_hash == row.content.content_hash()
    return same_text and (newest.status == "published" or not publish)


async def _revise(
    uow: UnitOfWork, row: ArticleRow, article: Article, newest: ArticleVersion, actor: str
) -> Written:
    if newest.status == "draft" and newest.content_hash == row.content.content_hash():
        return Written(article, newest)  # imported before without --publish
    version = await service.draft_version(
        uow, article, row.content, number=newest.number + 1, actor=actor
    )
    return Written(article, version)


def key_for(question: str) -> str:
    """The key of an imported article without one: importing the file again finds it."""
    return f"imp-{hashlib.sha256(question.encode()).hexdigest()[:16]}"

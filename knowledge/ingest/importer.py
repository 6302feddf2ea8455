"""Imports files for the command line, by the same steps as an import in the console: read, compare, apply.

Several files are one transaction; a crash or a refusal never leaves half of them behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import InvalidInput
from core.ids import new_id
from core.jobs import LEASE
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.service import IMPORT
from knowledge.ingest.apply import How, apply_rows
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.likeness import Likeness
from knowledge.ingest.models import Import, ImportRow
from knowledge.ingest.readers import MAX_ROWS, require_readable
from knowledge.ingest.repository import ImportRepository

_PAGE = 500


class ImportRefused(InvalidInput):
    """All or nothing was asked for and some rows are wrong. Details: `refused`."""

    code, default_message = "import_refused", "有不合格的行，没有导入任何内容。"


@dataclass(frozen=True)
class RefusedRow:
    number: int
    field: str
    reason: str


@dataclass
class FileReport:
    """What became of one file's rows; `uncited`: answers without a source. `rows` only in a preview."""

    file: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    uncited: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stored(self) -> int:
        return self.created + self.changed

    def as_dict(self) -> dict[str, Any]:
        refused = [{"row": r.number, "field": r.field, "reason": r.reason} for r in self.refused]
        counts = {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}
        counts["uncited"] = self.uncited
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
    async with _read(units, paths, actor, None) as jobs:
        reports = [await _report(units, job) for job in jobs]
        if atomic and any(r.refused for r in reports):
            raise ImportRefused(refused=[r.as_dict() for r in reports if r.refused])
        # The texts were reviewed before they came: nobody is named as their second person.
        how = How(author=actor, publisher=actor if publish else None, accept_duplicates=True)
        async with units.write() as uow:
            for job, report in zip(jobs, reports, strict=True):
                outcome = await apply_rows(uow, job, how, lambda _done: None)
                report.created = outcome.results["created"]
                report.changed = outcome.results["changed"] + outcome.results["published"]
                report.unchanged = outcome.results["unchanged"] + outcome.results["skipped"]
                report.refused += [RefusedRow(number, "", why) for number, why in outcome.left]
            if atomic and any(r.refused for r in reports):
                raise ImportRefused(refused=[r.as_dict() for r in reports if r.refused])
    return reports


async def preview_files(
    units: UnitOfWorkFactory, paths: Sequence[Path], likeness: Likeness, *, actor: str = IMPORT
) -> list[FileReport]:
    """What importing the files would do, row by row; nothing is stored. Raises FileUnreadable."""
    async with _read(units, paths, actor, likeness) as jobs:
        reports = [await _report(units, job) for job in jobs]
        for job, report in zip(jobs, reports, strict=True):
            counts = job.counts
            report.created = counts.get("new", 0) + counts.get("duplicate", 0)
            report.changed, report.unchanged = counts.get("changed", 0), counts.get("unchanged", 0)
            report.rows = [_shown(row) async for row in _rows(units, job)]
    return reports


@asynccontextmanager
async def _read(
    units: UnitOfWorkFactory, paths: Sequence[Path], actor: str, likeness: Likeness | None
) -> AsyncIterator[list[Import]]:
    """The files as jobs that are ready; they are gone again afterwards, as nobody looks at them in the console."""
    worker = ImportWorker(units)
    jobs: list[Import] = []
    try:
        for path in paths:
            require_readable(path)
            job = await _begin(units, path, actor, worker.holder)
            jobs.append(job)
            with tempfile.TemporaryDirectory(prefix="import-") as folder:
                await worker.read(job, path, Path(folder), likeness)
        async with units.read() as session:
            yield [await ImportRepository(session).get(job.id) for job in jobs]
    finally:
        for job in jobs:
            async with units.write() as uow:
                await ImportRepository(uow.session).drop(job.id)


async def _begin(units: UnitOfWorkFactory, path: Path, actor: str, holder: str) -> Import:
    async with units.write() as uow:
        now = uow.clock.now()
        job = Import(
            id=new_id(), file=path.name[-200:], size=0, state="reading", done=0, counts={}, options={},
            result={}, error_code="", error="", attempts=1, created_by=actor, created_at=now,
            updated_at=now, lease_holder=holder, lease_until=now + LEASE,
        )  # fmt: skip
        uow.session.add(job)
    return job


async def _rows(
    units: UnitOfWorkFactory, job: Import, outcome: str | None = None
) -> AsyncIterator[ImportRow]:
    after = 0
    while after < MAX_ROWS:
        async with units.read() as session:
            rows = await ImportRepository(session).rows(
                job.id, after=after, limit=_PAGE, outcome=outcome
            )
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        after = rows[-1].position


async def _report(units: UnitOfWorkFactory, job: Import) -> FileReport:
    refused = [RefusedRow(r.number, r.field, r.reason) async for r in _rows(units, job, "refused")]
    return FileReport(job.file, uncited=job.warnings["uncited"], refused=refused)


def _shown(row: ImportRow) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "row": row.number, "outcome": row.outcome, "question": row.question, "uncited": row.uncited,
    }  # fmt: skip
    if row.reason:
        shown |= {"field": row.field, "reason": row.reason}
    if row.article_id is not None:
        shown |= {"article_id": row.article_id, "fields": row.fields}
    if row.outcome == "duplicate":
        shown |= {
            "near_article_id": row.near_article_id, "near_row": row.near_row,
            "near_question": row.near_question, "similarity": row.similarity,
        }  # fmt: skip
    return shown

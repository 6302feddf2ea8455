"""Works on imports: reads and compares a file, applies what an editor wants. Survives restarts, cancels and rivals.

The state is in rows (core/jobs.py), so that of two servers, or of a server and a cancelling editor, one wins.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from core.clock import today
from core.errors import BangbanError
from core.ids import new_id
from core.jobs import LEASE, MAX_ATTEMPTS, Lost, work_forever
from core.unit_of_work import UnitOfWorkFactory
from knowledge.ingest.apply import How, apply_rows
from knowledge.ingest.compare import Matcher, compare
from knowledge.ingest.likeness import Asked, Likeness, SearchLikeness
from knowledge.ingest.models import Import, is_uncited
from knowledge.ingest.repository import ImportRepository
from knowledge.ingest.rows import FileUnreadable
from knowledge.ingest.sandbox import ReadRow, read_file
from knowledge.retrieval.search import Search

log = logging.getLogger(__name__)

BATCH = 100
# How long imports and their rows are kept to be looked at.
KEPT = timedelta(days=30)
PURGE_SECONDS = 3600.0
_UNSAFE = re.compile(r"[^\w.\-（）()【】 ]")


class ImportWorker:
    """One for each server; `app` runs `run()` beside the requests. Also used by the command line."""

    def __init__(self, units: UnitOfWorkFactory, search: Search | None = None) -> None:
        self._units = units
        self._search = search
        self.holder = new_id()
        self._wake = asyncio.Event()
        self._stopping: set[str] = set()
        self._applied: dict[str, int] = {}
        self._next_purge = 0.0

    def wake(self) -> None:
        """There is a new job."""
        self._wake.set()

    def stop(self, import_id: str) -> None:
        """End this job here, now: on SQLite a cancel could otherwise not be written before it is done."""
        self._stopping.add(import_id)

    def stopped(self, import_id: str) -> None:
        """The cancel is written; from here on the database says so."""
        self._stopping.discard(import_id)

    def applied(self, import_id: str) -> int | None:
        """Rows stored so far by a transaction that is still open, of which the database does not tell yet."""
        return self._applied.get(import_id)

    async def run(self) -> None:
        """Until cancelled."""
        await work_forever(self._keep_house_and_work, self._wake, "imports")

    async def _keep_house_and_work(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now >= self._next_purge:
            self._next_purge = now + PURGE_SECONDS
            await self.purge()
        return await self.work_once()

    async def work_once(self) -> bool:
        """Work on one job to its next rest; says whether there was one."""
        async with self._units.read() as session:
            if not await ImportRepository(session).is_waiting(self._units.clock.now()):
                return False
        async with self._units.write() as uow:
            job = await ImportRepository(uow.session).claim(self.holder, uow.clock.now(), LEASE)
        if job is None:
            return False
        try:
            if job.attempts > MAX_ATTEMPTS:
                raise FileUnreadable("处理多次中断，已停止；请检查文件或分成几个小文件")
            if job.state == "reading":
                with tempfile.TemporaryDirectory(prefix="import-") as folder:
                    path = await self._file(job, Path(folder))
                    await self.read(job, path, Path(folder), self._likeness())
            else:
                await self._apply(job)
        except Lost:
            log.info("import %s was cancelled or taken over", job.id)
        except BangbanError as error:
            await self._fail(job, error.code, error.message)
        except Exception:
            log.exception("import %s failed", job.id)
            await self._fail(job, "internal", "导入时系统出错，没有导入任何内容")
        finally:
            self._stopping.discard(job.id)
            self._applied.pop(job.id, None)
        return True

    # ---- reading -------------------------------------------------------------------------------------------------

    async def read(self, job: Import, path: Path, folder: Path, likeness: Likeness | None) -> None:
        """Read `path` into the job's rows, compared. Raises FileUnreadable, Lost."""
        rows = await read_file(path, folder, lambda: self._renew(job))
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            await self._mine(repository, job, done=0, total=rows.count)
            await repository.drop_rows(job.id)  # of an attempt that was cut off
        taken: dict[str, int] = {}
        warnings = {"retired": 0, "uncited": 0}
        done = 0
        lines = iter(rows)
        while batch := await asyncio.to_thread(_some, lines):
            async with self._units.read() as session:
                matcher = await Matcher.open(session, job.created_by)
                matcher.taken = taken
                values = await compare(matcher, job.id, done + 1, batch)
            if likeness is not None:
                await asyncio.to_thread(_mark_duplicates, likeness, values)
            warnings["retired"] += sum(v["wanted"] is False for v in values)
            warnings["uncited"] += sum(is_uncited(v["outcome"], v["content"]) for v in values)
            done += len(batch)
            async with self._units.write() as uow:
                repository = ImportRepository(uow.session)
                await self._mine(repository, job, done=done)
                await repository.add_rows(values)
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            counts = await repository.counts(job.id) | warnings
            await repository.drop_file(job.id)
            await self._mine(
                repository, job, state="ready", counts=counts, lease_holder=None,
                lease_until=None, attempts=0,
            )  # fmt: skip

    def _likeness(self) -> Likeness | None:
        if self._search is None or not self._search.ready:
            return None
        return SearchLikeness(self._search, today(self._units.clock))

    async def _file(self, job: Import, folder: Path) -> Path:
        path = folder / safe_name(job.file)
        number = 0
        with path.open("wb") as file:
            while True:
                async with self._units.read() as session:
                    data = await ImportRepository(session).chunk(job.id, number)
                if data is None:
                    return path
                await asyncio.to_thread(file.write, data)
                number += 1

    async def _renew(self, job: Import) -> None:
        """Keep the lease while the child reads; Lost when the job was cancelled."""
        if job.id in self._stopping:
            raise Lost
        now = self._units.clock.now()
        if job.lease_until is not None and job.lease_until - now > LEASE / 2:
            async with self._units.read() as session:
                fresh = await ImportRepository(session).state_of(job.id)
            if fresh != (job.state, self.holder):
                raise Lost
            return
        async with self._units.write() as uow:
            await self._mine(ImportRepository(uow.session), job)

    async def _mine(self, repository: ImportRepository, job: Import, **values: Any) -> None:
        """Change the job and lengthen the lease. Raises Lost, which undoes the whole transaction."""
        now = self._units.clock.now()
        values = {"lease_until": now + LEASE, "updated_at": now} | values
        if not await repository.change_mine(job.id, self.holder, job.state, **values):
            raise Lost
        job.lease_until = values["lease_until"]

    # ---- applying ------------------------------------------------------------------------------------------------

    async def _apply(self, job: Import) -> None:
        how = How(**job.options)

        def progress(done: int) -> None:
            self._applied[job.id] = done
            if job.id in self._stopping:
                raise Lost

        renewal = asyncio.create_task(self._renew_while_applying(job))
        try:
            async with self._units.write() as uow:
                outcome = await apply_rows(uow, job, how, progress)
                await self._mine(
                    ImportRepository(uow.session), job, state="done", done=job.total or 0,
                    result=dict(outcome.results), lease_holder=None, lease_until=None,
                )  # fmt: skip
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)

    async def _renew_while_applying(self, job: Import) -> None:
        """Where several servers share a database, keep the lease and see a cancel made on another one."""
        async with self._units.read() as session:
            if session.get_bind().dialect.name == "sqlite":
                return  # nobody can write, this task included, until the transaction ends
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 6)
            try:
                async with self._units.write() as uow:
                    done = self._applied.get(job.id, 0)
                    await self._mine(ImportRepository(uow.session), job, done=done)
            except Lost:
                self._stopping.add(job.id)
                return

    async def _fail(self, job: Import, code: str, message: str) -> None:
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            failed = {"state": "failed", "error_code": code, "error": message[:1000]}
            with suppress(Lost):
                await self._mine(repository, job, **failed, lease_holder=None, lease_until=None)
                await repository.drop_file(job.id)

    # ---- housekeeping --------------------------------------------------------------------------------------------

    async def purge(self) -> int:
        """Remove imports nobody has touched for KEPT, a transaction each."""
        before = self._units.clock.now() - KEPT
        async with self._units.read() as session:
            old = await ImportRepository(session).older_than(before, 100)
        for import_id in old:
            async with self._units.write() as uow:
                await ImportRepository(uow.session).drop(import_id)
        return len(old)


def safe_name(name: str) -> str:
    """A name for the file on disk: a person recognises it in messages, a file system holds it."""
    path = Path(name.replace("\\", "/").rpartition("/")[2])
    stem = _UNSAFE.sub("_", path.stem)[:60].strip(". ") or "file"
    return f"{stem}{_UNSAFE.sub('', path.suffix)[:12].lower()}"


def _some(rows: Iterator[ReadRow]) -> list[ReadRow]:
    return list(islice(rows, BATCH))


def _mark_duplicates(likeness: Likeness, values: list[dict[str, Any]]) -> None:
    """Tell, of the rows that are not refused, the new ones that only repeat a question."""
    rows = [v for v in values if v["outcome"] != "refused"]
    asked = [
        Asked(v["number"], v["question"], v["content"]["region"], v["content"]["business"], v["article_id"])
        for v in rows
    ]  # fmt: skip
    for row, near in zip(rows, likeness.compare(asked), strict=True):
        if near is not None and row["outcome"] == "new":
            row |= {
                "outcome": "duplicate", "near_article_id": near.article_id, "near_row": near.row,
                "near_question": near.question, "similarity": near.similarity,
            }  # fmt: skip

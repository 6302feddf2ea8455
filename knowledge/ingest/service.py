"""What an editor may do with an import: bring a file, look, choose rows, apply, cancel. The work is done by jobs.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission, check
from core.errors import IllegalTransition, InvalidInput
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.categories import Categories
from knowledge.articles.diff import Segment, diff_contents, diff_items
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.service import SecondPersonRequired, content_of
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.models import Import, ImportRow
from knowledge.ingest.readers import FORMS
from knowledge.ingest.repository import ImportRepository
from knowledge.ingest.rows import FileUnreadable
from knowledge.ingest.schemas import ImportRead, OtherRead, RowCounts, RowDetail, RowRead

CHUNK_BYTES = 1024 * 1024
MAX_NAME = 200
# Waiting jobs of the whole installation: more is a mistake or an attack.
MAX_WAITING = 20


class ImportService:
    def __init__(self, units: UnitOfWorkFactory, worker: ImportWorker) -> None:
        self._units = units
        self._worker = worker

    async def receive(
        self, name: str, read: Callable[[int], Awaitable[bytes]], *, actor: Actor
    ) -> Import:
        """Store an uploaded file and have it read. `read(n)` gives its next bytes, empty at the end.

        Raises FileUnreadable for a form that is not accepted and for an empty file.
        """
        name = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
        name = name[-MAX_NAME:] or "file"
        ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
        if ending not in FORMS:
            raise FileUnreadable(f"不支持 {ending or name}，可以导入 {'、'.join(FORMS)}", file=name)
        now = self._units.clock.now()
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            if await repository.waiting() >= MAX_WAITING:
                raise InvalidInput("正在处理的导入太多，请等前面的完成后再试。", field="file")
            job = Import(
                id=new_id(), file=name, size=0, state="reading", done=0, counts={}, options={},
                result={}, error_code="", error="", attempts=0, created_by=actor.account_id,
                created_at=now, updated_at=now,
            )  # fmt: skip
            uow.session.add(job)
            await uow.session.flush()
            number = 0
            while data := await read(CHUNK_BYTES):
                await repository.add_chunk(job.id, number, data)
                number, job.size = number + 1, job.size + len(data)
            if not job.size:
                raise FileUnreadable(f"{name} 是空的", file=name)
            audit.record(
                uow, actor=actor.account_id, action="import.received", subject=f"import:{job.id}",
                file=name, size=job.size,
            )  # fmt: skip
        self._worker.wake()
        return job

    async def read(self, import_id: str) -> Import:
        """The import with its progress. Raises NotFound."""
        async with self._units.read() as session:
            job = await ImportRepository(session).get(import_id)
        return self._with_progress(job)

    async def show(self, import_id: str) -> ImportRead:
        """The import as it is shown, with what was chosen of its rows. Raises NotFound."""
        shown = ImportRead.model_validate(await self.read(import_id))
        if shown.state == "ready":
            async with self._units.read() as session:
                repository = ImportRepository(session)
                taken = await repository.chosen(import_id, wanted=True)
                left = await repository.chosen(import_id, wanted=False)
            shown.taken, shown.left = RowCounts(**taken), RowCounts(**left)
        return shown

    async def newest(self, after: str | None, limit: int) -> list[Import]:
        async with self._units.read() as session:
            jobs = await ImportRepository(session).newest(after, limit)
        return [self._with_progress(job) for job in jobs]

    def _with_progress(self, job: Import) -> Import:
        applied = self._worker.applied(job.id)
        if job.state == "applying" and applied is not None:
            job.done = applied
        return job

    async def rows(
        self, import_id: str, *, after: int, limit: int, outcome: str | None
    ) -> list[ImportRow]:
        async with self._units.read() as session:
            repository = ImportRepository(session)
            await repository.get(import_id)
            return await repository.rows(import_id, after=after, limit=limit, outcome=outcome)

    async def row(self, import_id: str, position: int) -> RowDetail:
        """A row with its contents, and what it changes or repeats. Raises NotFound."""
        async with self._units.read() as session:
            repository = ImportRepository(session)
            row = await repository.row(import_id, position)
            article_id = row.article_id or row.near_article_id
            newest = await ArticleRepository(session).latest_versions(
                [article_id] if article_id else []
            )
            shown = RowRead.model_validate(row)
            if article_id in newest:
                article = await ArticleRepository(session).get(article_id)
                path = (await Categories.load(session)).path(article.category_id)
                old = newest[article_id]
                other = OtherRead(
                    article_id=article_id, row=None, question=old.question, category=path,
                    answer_md=old.answer_md, status=old.status,
                )  # fmt: skip
                diff = _diff(row, content_of(old), path) if row.outcome == "changed" else {}
                return RowDetail(row=shown, content=row.content, diff=diff, other=other)
            if row.near_row is not None and (
                near := await repository.numbered(import_id, row.near_row)
            ):
                other = OtherRead(
                    article_id=None, row=near.number, question=near.question, status="",
                    answer_md=str(near.content.get("answer_md", "")),
                    category=str(near.content.get("category", "")),
                )  # fmt: skip
                return RowDetail(row=shown, content=row.content, diff={}, other=other)
        return RowDetail(row=shown, content=row.content, diff={}, other=None)

    async def choose(self, import_id: str, positions: Sequence[int], wanted: bool | None) -> None:
        """Take rows or leave them, whatever their outcome says. Raises NotFound, IllegalTransition."""
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            _require(await repository.get(import_id), "ready", trigger="choose")
            await repository.want(import_id, positions, wanted)

    async def apply(
        self,
        import_id: str,
        *,
        publish: bool,
        reviewed: bool,
        accept_duplicates: bool,
        actor: Actor,
    ) -> Import:
        """Have the wanted rows made articles: drafts, or published.

        To publish takes knowledge.review, and a second person: somebody other than who brought the file. Who
        declares that the texts were `reviewed` elsewhere may publish their own file; the declaration is audited.
        Raises NotFound, IllegalTransition, PermissionDenied, SecondPersonRequired.
        """
        if publish:
            check(actor.role, Permission.KNOWLEDGE_REVIEW)
        async with self._units.write() as uow:
            repository = ImportRepository(uow.session)
            job = await repository.get(import_id)
            if publish and not reviewed and job.created_by == actor.account_id:
                raise SecondPersonRequired(
                    "这是您自己导入的文件：请另一位同事发布，或声明内容已经过审核。"
                )
            _require(job, "ready", trigger="apply")
            options = {
                "author": job.created_by, "accept_duplicates": accept_duplicates,
                "publisher": actor.account_id if publish else None,
            }  # fmt: skip
            started = await repository.start(import_id, options=options, now=uow.clock.now())
            if not started:  # somebody else pressed the button at the same moment
                raise IllegalTransition(status="applying", trigger="apply")
            audit.record(
                uow, actor=actor.account_id, action="import.applied", subject=f"import:{job.id}",
                publish=publish, declared_reviewed=publish and reviewed,
                accept_duplicates=accept_duplicates,
            )  # fmt: skip
        self._worker.wake()
        return await self.read(import_id)

    async def cancel(self, import_id: str, *, actor: Actor) -> Import:
        """End it, whatever it is at; nothing of it is left. Raises NotFound, IllegalTransition when it is over."""
        self._worker.stop(import_id)
        try:
            async with self._units.write() as uow:
                repository = ImportRepository(uow.session)
                job = await repository.get(import_id)
                if not await repository.cancel(import_id, uow.clock.now()):
                    raise IllegalTransition(
                        "这次导入已经结束，不能取消。", status=job.state, trigger="cancel"
                    )
                audit.record(
                    uow, actor=actor.account_id, action="import.cancelled",
                    subject=f"import:{job.id}",
                )  # fmt: skip
        finally:
            self._worker.stopped(import_id)
        # Only then: another server may hold its rows until it has read that it is to stop, and would wait for us.
        async with self._units.write() as uow:
            await ImportRepository(uow.session).drop_contents(import_id)
        return await self.read(import_id)


def _diff(row: ImportRow, old: ArticleContent, path: str) -> dict[str, list[Segment]]:
    values = dict(row.content)
    category = str(values.pop("category", path))
    diff = diff_contents(old, ArticleContent.model_validate(values))
    if "category" in row.fields:
        diff["category"] = diff_items([path], [category])
    return diff


def _require(job: Import, state: str, *, trigger: str) -> None:
    if job.state != state:
        raise IllegalTransition(status=job.state, trigger=trigger)

"""HTTP side of import and export: upload, progress, rows, choice, apply, cancel; files to download."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse

from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.errors import InvalidInput
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import FileTooLarge, takes_file
from knowledge.ingest import downloads
from knowledge.ingest.export import collect, write
from knowledge.ingest.readers import MAX_FILE_BYTES, MAX_ROWS
from knowledge.ingest.schemas import (
    Form,
    ImportApply,
    ImportPage,
    ImportRead,
    RowChoice,
    RowDetail,
    RowOutcome,
    RowPage,
    RowRead,
)
from knowledge.ingest.service import ImportService

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]
Position = Annotated[int, PathParameter(ge=1, le=MAX_ROWS)]


def build_router(units: UnitOfWorkFactory, imports: ImportService) -> APIRouter:
    router = APIRouter(prefix="/knowledge", tags=["knowledge"])

    @router.post("/imports", status_code=201)
    @takes_file(MAX_FILE_BYTES)
    async def receive(request: Request, actor: Editor) -> ImportRead:
        """Bring a file (multipart, field `file`). It is read in the background; nothing is imported yet."""
        # Not declared as a parameter: the body is only read once it is known who is calling. It goes to disk.
        async with request.form(max_files=1, max_fields=4) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise InvalidInput("没有收到文件。", field="file")
            if (part.size or 0) > MAX_FILE_BYTES:
                raise FileTooLarge(
                    f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB。",
                    field="file",
                    limit=MAX_FILE_BYTES,
                )
            job = await imports.receive(part.filename or "", part.read, actor=actor)
        return ImportRead.model_validate(job)

    @router.get("/imports")
    async def newest(
        actor: Editor,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> ImportPage:
        """Imports of the last 30 days."""
        jobs = await imports.newest(after, limit)
        items = [ImportRead.model_validate(job) for job in jobs]
        return ImportPage(items=items, next=jobs[-1].id if len(jobs) == limit else None)

    @router.get("/imports/template")
    async def template(
        actor: Editor, form: Annotated[str, Query(pattern="^(xlsx|csv)$")] = "xlsx"
    ) -> Response:
        """An empty table with the columns and one example row."""
        body = await asyncio.to_thread(downloads.template, form)
        return _download(body, f"知识条目模板.{form}")

    @router.get("/imports/{import_id}")
    async def read(import_id: Id, actor: Editor) -> ImportRead:
        """State and progress."""
        return await imports.show(import_id)

    @router.get("/imports/{import_id}/rows")
    async def rows(
        import_id: Id,
        actor: Editor,
        after: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        outcome: RowOutcome | None = None,
    ) -> RowPage:
        """Rows in the file's order, of one outcome if asked."""
        found = await imports.rows(import_id, after=after, limit=limit, outcome=outcome)
        items = [RowRead.model_validate(row) for row in found]
        return RowPage(items=items, next=found[-1].position if len(found) == limit else None)

    @router.get("/imports/{import_id}/rows/{position}")
    async def row(import_id: Id, position: Position, actor: Editor) -> RowDetail:
        """One row with its contents, and what it changes or repeats."""
        return await imports.row(import_id, position)

    @router.get("/imports/{import_id}/refused")
    async def refused(import_id: Id, actor: Editor) -> StreamingResponse:
        """The refused rows with their reasons, as a table that can be mended and imported."""
        job = await imports.read(import_id)
        lines = downloads.refused_lines(imports, import_id)
        name = f"{Path(job.file).stem}-未导入.csv"
        return StreamingResponse(lines, media_type="text/csv", headers=_disposition(name))

    @router.post("/imports/{import_id}/rows/choose")
    async def choose(import_id: Id, body: RowChoice, actor: Editor) -> ImportRead:
        """Take or leave rows one by one, duplicates above all."""
        await imports.choose(import_id, body.positions, body.wanted)
        return await imports.show(import_id)

    @router.post("/imports/{import_id}/apply")
    async def apply(import_id: Id, body: ImportApply, actor: Editor) -> ImportRead:
        """Make articles of the wanted rows, all of them or none."""
        job = await imports.apply(
            import_id, publish=body.publish, reviewed=body.reviewed,
            accept_duplicates=body.accept_duplicates, actor=actor,
        )  # fmt: skip
        return ImportRead.model_validate(job)

    @router.post("/imports/{import_id}/cancel")
    async def cancel(import_id: Id, actor: Editor) -> ImportRead:
        """End it, while it is read or applied as well; nothing is left of it."""
        return ImportRead.model_validate(await imports.cancel(import_id, actor=actor))

    @router.get("/exports")
    async def export(actor: Editor, form: Form = "xlsx") -> FileResponse:
        """All articles that are not retired, newest versions, in a form that can be imported again."""
        folder = tempfile.TemporaryDirectory(prefix="export-")
        try:
            async with units.read() as session:
                articles = await collect(session)
            path = Path(folder.name) / f"articles.{form}"
            await asyncio.to_thread(write, path, articles)
            async with units.write() as uow:
                audit.record(
                    uow, actor=actor.account_id, action="knowledge.exported",
                    subject="knowledge", form=form, articles=len(articles),
                )  # fmt: skip
        except BaseException:
            folder.cleanup()
            raise
        # Removed after the last byte went out.
        return FileResponse(
            path,
            headers=_disposition(f"知识条目-{today(units.clock)}.{form}"),
            background=BackgroundTask(folder.cleanup),
        )

    return router


def _disposition(name: str) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }


def _download(body: bytes, name: str) -> Response:
    return Response(body, media_type="application/octet-stream", headers=_disposition(name))

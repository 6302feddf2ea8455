"""HTTP routes of the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from core.audit_labels import THINGS
from core.audit_reading import AuditFilter, AuditPage, AuditReader
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id

Auditor = Annotated[Actor, Depends(require(Permission.AUDIT_READ))]


class AuditThing(BaseModel):
    """What actions can be narrowed to."""

    code: str
    label: str


def _aware(value: datetime | None) -> datetime | None:
    """A time without a zone is UTC, as everywhere in the interface."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def wanted(
    since: datetime | None = None,
    until: datetime | None = None,
    actor: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=96)] = "",
) -> AuditFilter:
    return AuditFilter(_aware(since), _aware(until), actor.strip(), action.strip(), subject.strip())


Wanted = Annotated[AuditFilter, Depends(wanted)]


def build_router(reader: AuditReader) -> APIRouter:
    router = APIRouter(prefix="/audit", tags=["audit"])

    @router.get("")
    async def list_audit(
        actor: Auditor,
        asked: Wanted,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> AuditPage:
        """Newest first; `actor` as a filter is an account id, or system, bot, visitor, cli."""
        return await reader.page(asked, after=after, limit=limit)

    @router.get("/things")
    async def list_things(actor: Auditor) -> list[AuditThing]:
        return [AuditThing(code=code, label=label) for code, label in THINGS.items()]

    @router.get("/export")
    async def export_audit(actor: Auditor, asked: Wanted) -> StreamingResponse:
        """A .csv of what the filter lets through; taking it is audited."""
        lines = await reader.export(asked, actor)
        headers = {"content-disposition": 'attachment; filename="audit.csv"'}
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)

    return router

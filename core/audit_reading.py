"""The audit trail as administrators read it: filtered, newest first, by pages or as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.audit import AuditRow
from core.audit_labels import PEOPLE, action_label, subject_label
from core.auth.actor import Actor
from core.auth.service import account_names
from core.clock import LOCAL_ZONE
from core.errors import InvalidInput
from core.spreadsheets import guarded
from core.unit_of_work import UnitOfWorkFactory

# A file of more rows is of no use to anybody; the time span can be narrowed.
MOST_EXPORTED = 100_000
_PIECE = 1000
_HEAD = ("时间", "操作人", "操作", "操作代码", "对象", "对象代码", "详情")


@dataclass(frozen=True)
class AuditFilter:
    """`since` inclusive, `until` exclusive; `actor` an id or system, bot ...; `action` a code or its
    part before the dot; `subject` as stored, or the id in it."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""


class AuditEntry(BaseModel):
    id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    label: str
    subject: str
    subject_label: str
    data: dict[str, Any]


class AuditPage(BaseModel):
    """Newest first. `next`: the `after` of the next page; null: no more."""

    items: list[AuditEntry]
    next: str | None


class AuditReader:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def page(self, wanted: AuditFilter, *, after: str | None, limit: int) -> AuditPage:
        async with self._uows.read() as session:
            rows = await _rows(session, wanted, after, limit + 1)
            items = await _entries(session, rows[:limit])
        return AuditPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def export(self, wanted: AuditFilter, actor: Actor) -> AsyncIterator[str]:
        """The lines of a .csv, piece by piece; that it was taken is itself audited."""
        async with self._uows.write() as uow:
            audit.record(
                uow, actor=actor.account_id, action="audit.exported", subject="audit:all",
                since=wanted.since.isoformat() if wanted.since else None,
                until=wanted.until.isoformat() if wanted.until else None,
            )  # fmt: skip
        return self._lines(wanted)

    async def _lines(self, wanted: AuditFilter) -> AsyncIterator[str]:
        yield "\ufeff" + _csv([_HEAD])
        after: str | None = None
        for _ in range(MOST_EXPORTED // _PIECE):
            # A transaction a piece: a slow reader must not hold one open.
            async with self._uows.read() as session:
                rows = await _rows(session, wanted, after, _PIECE)
                entries = await _entries(session, rows)
            if not entries:
                return
            yield _csv([_line(entry) for entry in entries])
            after = entries[-1].id


async def _rows(
    session: AsyncSession, wanted: AuditFilter, after: str | None, limit: int
) -> list[AuditRow]:
    query = _narrowed(wanted).order_by(AuditRow.at.desc(), AuditRow.id.desc())
    if after is not None:
        last = await session.get(AuditRow, after)
        if last is None:
            raise InvalidInput("没有这条审计记录，请重新查询。", field="after")
        query = query.where(
            or_(AuditRow.at < last.at, and_(AuditRow.at == last.at, AuditRow.id < last.id))
        )
    return list((await session.scalars(query.limit(limit))).all())


def _narrowed(wanted: AuditFilter) -> Select[AuditRow]:
    query = select(AuditRow)
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        query = query.where(
            or_(
                AuditRow.action == wanted.action,
                AuditRow.action.startswith(f"{wanted.action}.", autoescape=True),
            )
        )
    if wanted.subject:
        query = query.where(AuditRow.subject.endswith(wanted.subject, autoescape=True))
    return query


async def _entries(session: AsyncSession, rows: Sequence[AuditRow]) -> list[AuditEntry]:
    people = {row.actor for row in rows} | {_account_in(row.subject) for row in rows}
    names = await account_names(session, people)
    return [
        AuditEntry(
            id=row.id, at=row.at, actor=row.actor,
            actor_name=names.get(row.actor) or PEOPLE.get(row.actor, row.actor),
            action=row.action, label=action_label(row.action),
            subject=row.subject, subject_label=subject_label(row.subject, names.get(_account_in(row.subject))),
            data=row.data,
        )
        for row in rows
    ]  # fmt: skip


def _account_in(subject: str) -> str:
    """The account id in a subject; empty for another thing."""
    thing, _, rest = subject.partition(":")
    return rest if thing in ("account", "agent") else ""


def _line(entry: AuditEntry) -> list[str]:
    at = entry.at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    details = json.dumps(entry.data, ensure_ascii=False) if entry.data else ""
    cells = (
        at, entry.actor_name, entry.label, entry.action, entry.subject_label, entry.subject, details,
    )  # fmt: skip
    return [guarded(cell) for cell in cells]


def _csv(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue()

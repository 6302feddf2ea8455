"""An editor's place for tests of imports: the service, a worker that works when told to, and short ways to look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.likeness import Asked, Near
from knowledge.ingest.models import Import, ImportRow
from knowledge.ingest.service import ImportService

EDITOR = Actor("account-zhao", "zhao", "赵", Role.SUPERVISOR)
REVIEWER = Actor("account-qian", "qian", "钱", Role.SUPERVISOR)


class SameFirstWord:
    """Stands in for the index: rows that share their first two characters ask the same."""

    def __init__(self) -> None:
        self._seen: dict[str, Asked] = {}

    def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
        found = []
        for row in rows:
            first = self._seen.setdefault(row.question[:2], row)
            repeats = first.number != row.number
            found.append(Near(first.question, 0.93, row=first.number) if repeats else None)
        return found


class Desk:
    """An editor's place: the service, and a server that works on the jobs when told to."""

    def __init__(self, units: Any) -> None:
        self.units = units
        self.worker = ImportWorker(units)
        self.worker._likeness = SameFirstWord  # type: ignore[method-assign]
        self.service = ImportService(units, self.worker)

    async def bring(self, *rows: dict | bytes, name: str = "a.jsonl") -> Import:
        lines = [
            r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode() for r in rows
        ]
        data = [b"\n".join(lines)]

        async def read(_size: int) -> bytes:
            return data.pop() if data else b""

        return await self.service.receive(name, read, actor=EDITOR)

    async def ready(self, *rows: dict | bytes) -> Import:
        job = await self.bring(*rows)
        assert await self.worker.work_once()
        return await self.service.read(job.id)

    async def apply(self, job: Import, **how: Any) -> Import:
        wanted = {"publish": False, "reviewed": False, "accept_duplicates": False, "actor": EDITOR}
        await self.service.apply(job.id, **(wanted | how))
        assert await self.worker.work_once()
        return await self.service.read(job.id)

    async def rows(self, job: Import) -> list[ImportRow]:
        return await self.service.rows(job.id, after=0, limit=200, outcome=None)

    async def count(self, table: Any) -> int:
        async with self.units.read() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    async def actions(self) -> list[str]:
        async with self.units.read() as session:
            return list(await session.scalars(select(AuditRow.action).order_by(AuditRow.id)))


def row(question: str, answer: str = "答。", **more: Any) -> dict:
    return {"question": question, "answer": answer, **more}


# As in kb.content.
CITED = {"citations": "《住房公积金管理条例》第二十四条"}

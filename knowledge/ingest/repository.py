"""Queries on imports. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from core.errors import NotFound
from knowledge.ingest.models import Import, ImportChunk, ImportRow

WORKED_ON = ("reading", "applying")


class ImportRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, import_id: str) -> Import:
        """Raises NotFound."""
        found = await self._session.get(Import, import_id)
        if found is None:
            raise NotFound("没有这次导入，可能已过期被清理。", import_id=import_id)
        return found

    async def newest(self, after: str | None, limit: int) -> list[Import]:
        """Newest first."""
        query = select(Import).order_by(Import.id.desc()).limit(limit)
        if after is not None:
            query = query.where(Import.id < after)
        return list(await self._session.scalars(query))

    # ---- the job and who works on it -----------------------------------------------------------------------------

    async def claim(self, holder: str, now: datetime, lease: timedelta) -> Import | None:
        """The oldest job nobody works on, leased to `holder`."""
        query = (
            select(Import)
            .where(
                Import.state.in_(WORKED_ON),
                or_(Import.lease_until.is_(None), Import.lease_until <= now),
            )
            .order_by(Import.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = await self._session.scalar(query)
        if found is not None:
            found.lease_holder, found.lease_until = holder, now + lease
            found.attempts += 1
        return found

    async def is_waiting(self, now: datetime) -> bool:
        query = select(Import.id).where(
            Import.state.in_(WORKED_ON),
            or_(Import.lease_until.is_(None), Import.lease_until <= now),
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def waiting(self) -> int:
        """Jobs that are worked on or wait for it."""
        query = select(func.count()).select_from(Import).where(Import.state.in_(WORKED_ON))
        return int(await self._session.scalar(query) or 0)

    async def start(self, import_id: str, *, options: dict[str, Any], now: datetime) -> bool:
        """From `ready` to `applying`; False when it is not ready, or no longer."""
        return await self._change(
            (Import.id == import_id, Import.state == "ready"),
            state="applying", done=0, options=options, attempts=0, updated_at=now,
            lease_holder=None, lease_until=None,
        )  # fmt: skip

    async def cancel(self, import_id: str, now: datetime) -> bool:
        """False when it is over already."""
        open_states = (*WORKED_ON, "ready")
        return await self._change(
            (Import.id == import_id, Import.state.in_(open_states)),
            state="cancelled", updated_at=now, lease_holder=None, lease_until=None,
        )  # fmt: skip

    async def change_mine(self, import_id: str, holder: str, expected: str, **values: Any) -> bool:
        """Change the job if `holder` still works on it in the `expected` state.

        False: it was cancelled, or the lease ran out and another server took it. Then nothing may be written.
        """
        mine = (Import.id == import_id, Import.lease_holder == holder, Import.state == expected)
        return await self._change(mine, **values)

    async def _change(self, where: tuple[ColumnElement[bool], ...], **values: Any) -> bool:
        change = update(Import).where(*where).values(**values)
        changed = await self._session.execute(change.execution_options(synchronize_session=False))
        return bool(affected(changed))

    async def state_of(self, import_id: str) -> tuple[str, str | None] | None:
        """State and holder, freshly read."""
        query = select(Import.state, Import.lease_holder).where(Import.id == import_id)
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else (found[0], found[1])

    # ---- the file ------------------------------------------------------------------------------------------------

    async def add_chunk(self, import_id: str, number: int, data: bytes) -> None:
        values = {"import_id": import_id, "number": number, "data": data}
        await self._session.execute(insert(ImportChunk).values(**values))

    async def chunk(self, import_id: str, number: int) -> bytes | None:
        query = select(ImportChunk.data).where(
            ImportChunk.import_id == import_id, ImportChunk.number == number
        )
        return await self._session.scalar(query)

    # ---- rows ----------------------------------------------------------------------------------------------------

    async def add_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Rows as dicts of all columns but `result`."""
        if rows:
            await self._session.execute(insert(ImportRow), rows)

    async def rows(
        self, import_id: str, *, after: int, limit: int, outcome: str | None = None
    ) -> list[ImportRow]:
        """By position, those after `after`."""
        query = select(ImportRow).where(
            ImportRow.import_id == import_id, ImportRow.position > after
        )
        if outcome is not None:
            query = query.where(ImportRow.outcome == outcome)
        return list(await self._session.scalars(query.order_by(ImportRow.position).limit(limit)))

    async def row(self, import_id: str, position: int) -> ImportRow:
        """Raises NotFound."""
        found = await self._session.get(ImportRow, (import_id, position))
        if found is None:
            raise NotFound("没有这一行。", position=position)
        return found

    async def numbered(self, import_id: str, number: int) -> ImportRow | None:
        """The row a person finds at `number`."""
        query = select(ImportRow).where(
            ImportRow.import_id == import_id, ImportRow.number == number
        )
        return await self._session.scalar(query.order_by(ImportRow.position).limit(1))

    async def counts(self, import_id: str) -> dict[str, int]:
        """Rows by outcome."""
        query = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == import_id)
        found = await self._session.execute(query.group_by(ImportRow.outcome))
        return {row.outcome: row[1] for row in found}

    async def chosen(self, import_id: str, *, wanted: bool) -> dict[str, int]:
        """Rows an editor chose to take, or to leave, by outcome."""
        query = select(ImportRow.outcome, func.count()).where(
            ImportRow.import_id == import_id, ImportRow.wanted.is_(wanted)
        )
        found = await self._session.execute(query.group_by(ImportRow.outcome))
        return {row.outcome: row[1] for row in found}

    async def want(self, import_id: str, positions: Sequence[int], wanted: bool | None) -> None:
        """What an editor wants to become of rows; None: what their outcome says. Refused rows stay refused."""
        change = update(ImportRow).where(
            ImportRow.import_id == import_id,
            ImportRow.position.in_(positions),
            ImportRow.outcome != "refused",
        )
        await self._session.execute(change.values(wanted=wanted))

    async def record(self, import_id: str, results: Sequence[dict[str, Any]]) -> None:
        """What was done: dicts of row (position), result, article_id and reason."""
        if results:
            change = update(ImportRow.__table__).where(  # type: ignore[arg-type]
                ImportRow.import_id == import_id, ImportRow.position == bindparam("row")
            )
            values: dict[str, Any] = {
                name: bindparam(f"new_{name}") for name in ("result", "article_id", "reason")
            }
            rows = [{"row": r["row"], **{f"new_{n}": r[n] for n in values}} for r in results]
            await self._session.execute(change.values(**values), rows)

    async def drop_contents(self, import_id: str) -> None:
        """Remove rows and file; the import itself stays to be seen."""
        await self.drop_rows(import_id)
        await self.drop_file(import_id)

    async def drop_rows(self, import_id: str) -> None:
        await self._session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))

    async def drop_file(self, import_id: str) -> None:
        await self._session.execute(delete(ImportChunk).where(ImportChunk.import_id == import_id))

    async def drop(self, import_id: str) -> None:
        await self.drop_contents(import_id)
        await self._session.execute(delete(Import).where(Import.id == import_id))

    async def older_than(self, before: datetime, limit: int) -> list[str]:
        query = (
            select(Import.id)
            .where(Import.updated_at < before, Import.state.not_in(WORKED_ON))
            .order_by(Import.id)
            .limit(limit)
        )
        return list(await self._session.scalars(query))

"""Queries on trainings and their models. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.editing.models import OPEN, BotModelChunk, BotTraining
from core.database import affected
from core.errors import NotFound

CHUNK_BYTES = 512 * 1024


class TrainingRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, training_id: str) -> BotTraining:
        """Raises NotFound."""
        found = await self._session.get(BotTraining, training_id, populate_existing=True)
        if found is None:
            raise NotFound("没有这次训练。", training_id=training_id)
        return found

    async def newest(self, after: str | None, limit: int) -> list[BotTraining]:
        """Newest first."""
        query = select(BotTraining).order_by(BotTraining.id.desc()).limit(limit)
        if after is not None:
            query = query.where(BotTraining.id < after)
        return list(await self._session.scalars(query))

    async def with_models(self) -> list[BotTraining]:
        """Those whose model is kept: the newest, or last live, first."""
        query = select(BotTraining).where(BotTraining.model_sha256 != "")
        found = list(await self._session.scalars(query))
        return sorted(found, key=lambda t: (t.switched_at or t.created_at, t.id), reverse=True)

    async def open_one(self) -> BotTraining | None:
        return await self._session.scalar(select(BotTraining).where(BotTraining.slot == 1))

    # ---- the job and who works on it -----------------------------------------------------------------------------

    async def is_waiting(self, now: datetime) -> bool:
        query = select(BotTraining.id).where(*_free(now)).limit(1)
        return await self._session.scalar(query) is not None

    async def claim(self, holder: str, now: datetime, lease: timedelta) -> BotTraining | None:
        """The open training nobody works on, leased to `holder`; an interrupted one begins again."""
        query = select(BotTraining).where(*_free(now)).limit(1).with_for_update(skip_locked=True)
        found = await self._session.scalar(query)
        if found is not None:
            found.lease_holder, found.lease_until = holder, now + lease
            found.attempts += 1
            found.state, found.step, found.percent = "training", "writing", 0
        return found

    async def change_mine(self, training_id: str, holder: str, **values: Any) -> bool:
        """Change it if `holder` still works on it.

        False: it was cancelled, or the lease ran out and another server took it. Then nothing may be written.
        """
        mine = (
            BotTraining.id == training_id,
            BotTraining.lease_holder == holder,
            BotTraining.state.in_(OPEN),
        )
        return await self._change(mine, **values)

    async def is_mine(self, training_id: str, holder: str) -> bool:
        """Freshly read."""
        query = select(BotTraining.id).where(
            BotTraining.id == training_id,
            BotTraining.lease_holder == holder,
            BotTraining.state.in_(OPEN),
        )
        return await self._session.scalar(query) is not None

    async def cancel(self, training_id: str, now: datetime) -> bool:
        """False when it is over already."""
        return await self._change(
            (BotTraining.id == training_id, BotTraining.state.in_(OPEN)),
            state="cancelled", step="done", slot=None, updated_at=now, lease_holder=None, lease_until=None,
        )  # fmt: skip

    async def _change(self, where: tuple[ColumnElement[bool], ...], **values: Any) -> bool:
        change = update(BotTraining).where(*where).values(**values)
        changed = await self._session.execute(change.execution_options(synchronize_session=False))
        return bool(affected(changed))

    # ---- models --------------------------------------------------------------------------------------------------

    async def store_model(self, training_id: str, data: bytes) -> None:
        """In pieces: a driver holds a whole value in memory several times."""
        await self.drop_model(training_id)
        for number, start in enumerate(range(0, len(data), CHUNK_BYTES)):
            values = {"training_id": training_id, "number": number}
            piece = data[start : start + CHUNK_BYTES]
            await self._session.execute(insert(BotModelChunk).values(**values, data=piece))

    async def model_bytes(self, training_id: str) -> bytes:
        """Empty when it is not kept."""
        query = (
            select(BotModelChunk.data)
            .where(BotModelChunk.training_id == training_id)
            .order_by(BotModelChunk.number)
        )
        return b"".join(await self._session.scalars(query))

    async def keep_models(self, most: int, live_id: str | None) -> None:
        """Forget all models but the newest ones, the live one among them."""
        others = [t for t in await self.with_models() if t.id != live_id]
        for old in others[most - (live_id is not None) :]:
            old.model_sha256 = ""
            await self.drop_model(old.id)

    async def drop_model(self, training_id: str) -> None:
        await self._session.execute(
            delete(BotModelChunk).where(BotModelChunk.training_id == training_id)
        )


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        BotTraining.slot == 1,
        or_(BotTraining.lease_until.is_(None), BotTraining.lease_until <= now),
    )

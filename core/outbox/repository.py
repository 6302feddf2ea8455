"""Queries of the outbox: add, claim in order, end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.database import affected
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWork


def enqueue(
    uow: UnitOfWork,
    topic: str,
    key: str,
    payload: dict[str, Any],
    *,
    about: str | None = None,
    held: bool = False,
) -> None:
    """Add a delivery to the running transaction. Rows of one `key` are delivered in the order they were added.

    `about`: the conversation it belongs to, where it belongs to one. `held`: not before somebody lets it go.
    """
    now = uow.clock.now()
    uow.session.add(
        OutboxRow(
            topic=topic, key=key, about=about, payload=payload, next_attempt_at=now, created_at=now,
            state="held" if held else "pending",
        )
    )  # fmt: skip
    uow.has_deliveries = uow.has_deliveries or not held


async def claim(
    session: AsyncSession, now: datetime, *, lease: timedelta, limit: int
) -> list[OutboxRow]:
    """Take up to `limit` due rows, the first unsettled of each key only, and lease them to the caller."""
    earlier = aliased(OutboxRow)
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.state == "pending",
            OutboxRow.next_attempt_at <= now,
            _unleased(now),
            # Order per key: nobody overtakes a row that is still waiting for its retry; and one that was let go goes
            # before those that came later, but not while one of them is under way.
            ~exists().where(
                earlier.key == OutboxRow.key,
                or_(
                    and_(earlier.state == "pending", earlier.id < OutboxRow.id),
                    and_(earlier.lease_until > now, earlier.id != OutboxRow.id),
                ),
            ),
        )
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list((await session.scalars(due)).all())
    for row in rows:
        row.lease_until = now + lease
        row.attempts += 1
    return rows


async def remove(session: AsyncSession, row_id: int) -> None:
    """The end of a row that was delivered."""
    await session.execute(delete(OutboxRow).where(OutboxRow.id == row_id))


async def withdraw(session: AsyncSession, topic: str, about: str, payload: dict[str, Any]) -> bool:
    """Take a delivery back before anybody has tried it; False when it was begun, or is over.

    A row the worker is claiming at this moment is locked, skipped, and so counts as begun. One that is held was not
    begun, unless a part of it has gone: then its attempts are not nought.
    """
    waiting = select(OutboxRow).where(
        OutboxRow.topic == topic,
        OutboxRow.about == about,
        OutboxRow.state.in_(("pending", "held")),
        OutboxRow.attempts == 0,
    )
    for row in await session.scalars(waiting.with_for_update(skip_locked=True)):
        if row.payload == payload:
            await session.delete(row)
            return True
    return False


async def fail(session: AsyncSession, row_id: int, error: str) -> None:
    """The end of a row that never will be: kept for whoever looks into it."""
    values = {"state": "failed", "last_error": error, "lease_until": None}
    await session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))


async def retry_at(session: AsyncSession, row_id: int, at: datetime, error: str) -> None:
    values = {"next_attempt_at": at, "last_error": error, "lease_until": None}
    await session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))


async def postpone(session: AsyncSession, row_id: int, until: datetime, attempts: int) -> None:
    """Not to be tried before `until`; `attempts` without the one that came too early."""
    values = {"next_attempt_at": until, "attempts": attempts, "lease_until": None}
    await session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))


async def release(session: AsyncSession, key: str, now: datetime) -> int:
    """Let what is held under `key` go, in its order and before what came later; returns how many there were.

    What failed and waits for its next try goes at once too, and begins anew to be patient. A lease stays: somebody is
    taking the row along with a later one at this moment.
    """
    failed = and_(
        OutboxRow.state == "pending", OutboxRow.last_error != "", OutboxRow.next_attempt_at > now
    )
    waits = (OutboxRow.key == key, or_(OutboxRow.state == "held", failed))
    # What was begun stays begun: it cannot be taken back any more.
    begun = case((OutboxRow.attempts > 1, 1), else_=OutboxRow.attempts)
    values = {"state": "pending", "next_attempt_at": now, "attempts": begun}
    return affected(await session.execute(update(OutboxRow).where(*waits).values(values)))


async def is_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is a row that nobody is working on and that may be tried."""
    query = select(OutboxRow.id).where(
        OutboxRow.state == "pending", OutboxRow.next_attempt_at <= now, _unleased(now)
    )
    return await session.scalar(query.limit(1)) is not None


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now)

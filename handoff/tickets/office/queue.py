"""The events that wait for an endpoint, in their order: rows of the outbox under its key.

At most one of them is up for delivery while the endpoint fails; the others are held, so that they cost nobody a look.
Whoever changes endpoint and rows locks the endpoint first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from core.outbox.models import OutboxRow
from core.outbox.worker import LEASE
from handoff.tickets.feed.events import key_of

WAITING = ("pending", "held")


def _waiting(endpoint_id: str) -> Select[OutboxRow]:
    these = (OutboxRow.key == key_of(endpoint_id), OutboxRow.state.in_(WAITING))
    return select(OutboxRow).where(*these).order_by(OutboxRow.id)


async def head(session: AsyncSession, endpoint_id: str, *, lock: bool = False) -> OutboxRow | None:
    """The first that waits."""
    query = _waiting(endpoint_id).limit(1)
    query = query.with_for_update() if lock else query
    return await session.scalar(query, execution_options={"populate_existing": lock})


async def done(session: AsyncSession, row_id: int) -> bool:
    """Take away what was settled; False when somebody else has been quicker."""
    removed = await session.execute(delete(OutboxRow).where(OutboxRow.id == row_id))
    return affected(removed) == 1


async def take(
    session: AsyncSession, endpoint_id: str, now: datetime, *, most: int
) -> list[OutboxRow]:
    """The first that wait, for whoever was given one of them: nobody else takes any of this key meanwhile."""
    rows = list(await session.scalars(_waiting(endpoint_id).limit(most).with_for_update()))
    if rows:
        ours = update(OutboxRow).where(OutboxRow.id.in_([row.id for row in rows]))
        values = {"state": "pending", "lease_until": now + LEASE, "next_attempt_at": now}
        await session.execute(ours.values(values), execution_options={"synchronize_session": False})
    return rows


async def hold_behind(
    session: AsyncSession, endpoint_id: str, first: int | None, at: datetime
) -> None:
    """Only the row `first` is tried again, at `at`; all others of the endpoint wait behind it. None: all wait.

    A try is none of those that the outbox counts: an endpoint may be away for weeks.
    """
    these = (OutboxRow.key == key_of(endpoint_id), OutboxRow.state.in_(WAITING))
    held = {"state": "held", "lease_until": None}
    await session.execute(update(OutboxRow).where(*these).values(**held))
    if first is not None:
        up = {"state": "pending", "next_attempt_at": at, "attempts": 0}
        await session.execute(update(OutboxRow).where(OutboxRow.id == first).values(**up))


async def let_first_go(session: AsyncSession, endpoint_id: str, now: datetime) -> bool:
    """The first that waits is tried now, unless it is under way; whether there is one."""
    row = await head(session, endpoint_id, lock=True)
    if row is None:
        return False
    if not is_under_way(row, now):
        row.state, row.next_attempt_at, row.attempts = "pending", now, 0
    return True


async def stop(session: AsyncSession, endpoint_id: str, now: datetime) -> None:
    """The end of a round: what still waits may be taken by anybody, the first of it now."""
    key = key_of(endpoint_id)
    freed = update(OutboxRow).where(OutboxRow.key == key, OutboxRow.lease_until.is_not(None))
    await session.execute(freed.values(lease_until=None))
    await let_first_go(session, endpoint_id, now)


def is_under_way(row: OutboxRow, now: datetime) -> bool:
    return row.lease_until is not None and row.lease_until > now


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many wait, by endpoint."""
    prefix = key_of("")
    query = (
        select(OutboxRow.key, func.count())
        .where(OutboxRow.key.startswith(prefix, autoescape=True), OutboxRow.state.in_(WAITING))
        .group_by(OutboxRow.key)
    )
    return {key.removeprefix(prefix): count for key, count in await session.execute(query)}


# Shorter than a lease even with one more call: who has taken a round is alone with the endpoint.
ROUND = timedelta(seconds=25)
MOST_IN_ROUND, AT_ONCE = 500, 50

"""Queries of timers and leases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from core.timers.models import Lease, Timer
from core.unit_of_work import UnitOfWork


async def set_timer(
    uow: UnitOfWork,
    kind: str,
    subject: str,
    due_at: datetime,
    payload: dict[str, Any] | None = None,
) -> None:
    """Set or move the timer (kind, subject)."""
    values = {"kind": kind, "subject": subject, "due_at": due_at, "payload": payload or {}}
    insert = sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
    statement = insert(Timer).values(**values)
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Timer.kind, Timer.subject],
            set_={"due_at": statement.excluded.due_at, "payload": statement.excluded.payload},
        )
    )


async def set_timers(uow: UnitOfWork, kind: str, due: Mapping[str, datetime]) -> None:
    """Set or move many timers of one kind, by subject, without payload."""
    if not due:
        return
    insert = sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
    statement = insert(cast(Table, Timer.__table__))
    statement = statement.on_conflict_do_update(
        index_elements=[Timer.kind, Timer.subject],
        set_={"due_at": statement.excluded.due_at, "payload": statement.excluded.payload},
    )
    # In one order, so that two who set some of the same never wait for each other.
    rows = [{"kind": kind, "subject": s, "due_at": due[s], "payload": {}} for s in sorted(due)]
    await uow.session.execute(statement, rows)


async def cancel_timer(uow: UnitOfWork, kind: str, subject: str) -> None:
    await uow.session.execute(delete(Timer).where(Timer.kind == kind, Timer.subject == subject))


async def cancel_timers(uow: UnitOfWork, kind: str, subjects: Collection[str]) -> None:
    if subjects:
        statement = delete(Timer).where(Timer.kind == kind, Timer.subject.in_(subjects))
        await uow.session.execute(statement)


async def subjects(session: AsyncSession, kind: str) -> list[str]:
    """What timers of this kind are set for."""
    return list((await session.scalars(select(Timer.subject).where(Timer.kind == kind))).all())


async def due_timers(
    session: AsyncSession, now: datetime, limit: int = 100, *, but: Collection[str] = ()
) -> list[Timer]:
    """Those due longest, except of some kinds."""
    query = select(Timer).where(Timer.due_at <= now).order_by(Timer.due_at).limit(limit)
    if but:
        query = query.where(Timer.kind.not_in(but))
    return list((await session.scalars(query)).all())


async def due_of_kind(session: AsyncSession, kind: str, now: datetime, limit: int) -> list[Timer]:
    """Those due longest of one kind."""
    query = select(Timer).where(Timer.due_at <= now, Timer.kind == kind)
    return list((await session.scalars(query.order_by(Timer.due_at).limit(limit))).all())


async def take_timer(uow: UnitOfWork, kind: str, subject: str, due_at: datetime) -> bool:
    """Delete the timer if it is still set for `due_at`; False when it was moved, cancelled or taken meanwhile."""
    statement = delete(Timer).where(
        Timer.kind == kind, Timer.subject == subject, Timer.due_at == due_at
    )
    result = await uow.session.execute(statement)
    return bool(affected(result))


async def take_timers(uow: UnitOfWork, kind: str, due: Mapping[str, datetime]) -> set[str]:
    """The same for many of one kind, by subject; which ones were taken."""
    of_kind = (Timer.kind == kind, Timer.subject.in_(list(due)))
    query = select(Timer.subject, Timer.due_at).where(*of_kind)
    rows = await uow.session.execute(query.order_by(Timer.subject).with_for_update())
    taken = {subject for subject, due_at in rows if due_at == due[subject]}
    await cancel_timers(uow, kind, taken)
    return taken


async def postpone_timer(uow: UnitOfWork, timer: Timer, due_at: datetime) -> None:
    """Move it, unless somebody has moved or cancelled it since it was read."""
    same = (Timer.kind == timer.kind, Timer.subject == timer.subject, Timer.due_at == timer.due_at)
    await uow.session.execute(update(Timer).where(*same).values(due_at=due_at))


async def hold_lease(uow: UnitOfWork, name: str, holder: str, lasting: timedelta) -> bool:
    """Take or keep the lease `name`; False while another holder's lease runs."""
    now = uow.clock.now()
    renewed = await uow.session.execute(
        update(Lease)
        .where(Lease.name == name, (Lease.holder == holder) | (Lease.until <= now))
        .values(holder=holder, until=now + lasting)
    )
    if affected(renewed):
        return True
    insert = sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
    created = await uow.session.execute(
        insert(Lease).values(name=name, holder=holder, until=now + lasting).on_conflict_do_nothing()
    )
    return bool(affected(created))

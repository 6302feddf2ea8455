"""The unit of work: the only place that commits. What it published goes out after the commit, never before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.events import Event
from core.rush import Rush

Publish = Callable[[list[Event]], Awaitable[None]]


class UnitOfWork:
    """One transaction: a session, the events that happened in it, and whether the outbox has grown."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self.events: list[Event] = []
        self.has_deliveries = False

    def publish(self, event: Event) -> None:
        self.events.append(event)

    def start_over(self) -> None:
        """Drop everything that was added, none of which the database has seen yet."""
        self.session.expunge_all()
        self.events.clear()
        self.has_deliveries = False


class UnitOfWorkFactory:
    """Makes units of work.

    `app` sets `publish`, which is given the events of each commit, and `wake_outbox`, which is called after
    commits that added deliveries. `rush`: what others wait for goes before turns and deliveries.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.rush = Rush()
        self.publish: Publish | None = None
        self.wake_outbox: Callable[[], None] | None = None

    async def announce(self, event: Event) -> None:
        """Push what is not stored and changes nothing: somebody types, a suggestion, an alert."""
        if self.publish is not None:
            await self.publish([event])

    @asynccontextmanager
    async def write(self, *, brief: bool = False, first: bool = False) -> AsyncIterator[UnitOfWork]:
        """A transaction that may write; commits at the end, rolls back on any exception.

        `brief`: it touches a few rows by their keys (core/sqlite.py); never a search, a list or a report. `first`:
        somebody outside waits for it and hangs up soon (core/write_lock.py).
        """
        lock = self.database.write_lock
        if lock is None:
            async with self._transaction(writes=True, brief=brief) as uow:
                yield uow
        else:
            turn = lock.first if first else lock
            async with turn, self._transaction(writes=True, brief=brief) as uow:
                yield uow
        if uow.has_deliveries and self.wake_outbox is not None:
            self.wake_outbox()
        if uow.events and self.publish is not None:
            await self.publish(uow.events)

    @asynccontextmanager
    async def read(self, *, brief: bool = False) -> AsyncIterator[AsyncSession]:
        """A session that only reads; nothing is committed."""
        async with self._transaction(writes=False, brief=brief) as uow:
            yield uow.session

    @asynccontextmanager
    async def _transaction(self, *, writes: bool, brief: bool) -> AsyncIterator[UnitOfWork]:
        engine = self.database.bind(writes=writes, brief=brief)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            uow = UnitOfWork(session, self.clock)
            yield uow
            if writes:
                await session.commit()

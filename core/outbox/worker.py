"""Works the outbox off: claims due rows, hands them to the topic's handler, retries with backoff."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.outbox import repository
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

Write = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Settled:
    """What is written in the very transaction that ends a delivery, so that there is nothing in between.

    `keep`: `write` has seen to the row itself (it is held, it waits), and it is not removed. `again`: when to look for
    it, where that is sooner than the next poll.
    """

    write: Write
    keep: bool = False
    again: datetime | None = None


Handler = Callable[[dict[str, Any]], Awaitable[Settled | None]]

# Seconds to wait after the 1st, 2nd ... failure; about a day altogether, then a person must look.
BACKOFF = (1, 2, 5, 15, 60, 300, 900, 3600, 3600 * 4, 3600 * 16)
LEASE = timedelta(seconds=60)
# Deliveries under way at once in this process.
CONCURRENT = 16
IDLE_SECONDS = 5.0
# What is under way when the server ends may finish within this time.
LAST_SECONDS = 5.0


class Refused(Exception):
    """Raised by a handler: this delivery can never succeed. It is marked failed and not tried again.

    `write`: done in the transaction that says so; of the other two as well.
    """

    def __init__(self, reason: str, write: Write | None = None) -> None:
        self.write = write
        super().__init__(reason)


class Postponed(Exception):
    """Raised by a handler: not now. The row waits until `until`, and the try does not count as one."""

    def __init__(self, until: datetime, write: Write | None = None) -> None:
        self.until, self.write = until, write
        super().__init__()


class TryAgain(Exception):
    """Raised by a handler: it failed for `cause`, and `write` is done with the note that it is tried again."""

    def __init__(self, cause: Exception, write: Write) -> None:
        self.cause, self.write = cause, write
        super().__init__()


class OutboxWorker:
    """Deliveries run side by side, each on its own: a slow one holds up nobody but those behind it in its key."""

    def __init__(self, uows: UnitOfWorkFactory, handlers: Mapping[str, Handler]) -> None:
        self._uows = uows
        self._handlers = handlers
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was committed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._wake.clear()
                try:
                    started = await self._start_due()
                except Exception:
                    log.exception("the outbox could not be read")
                    started = 0
                if not started:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        finally:
            if self._running:
                await asyncio.wait(self._running, timeout=LAST_SECONDS)

    async def work_once(self) -> int:
        """Start what is due and wait for it; returns how many rows were tried."""
        started = await self._start_due()
        await asyncio.gather(*self._running)
        return started

    async def _start_due(self) -> int:
        free = CONCURRENT - len(self._running)
        async with self._uows.read() as session:
            due = await repository.is_due(session, self._uows.clock.now())
        if not due or not free:
            return 0
        async with self._uows.write() as uow:
            rows = await repository.claim(uow.session, uow.clock.now(), lease=LEASE, limit=free)
        for row in rows:
            task = asyncio.create_task(self._deliver(row), name=f"outbox:{row.id}")
            self._running.add(task)
            task.add_done_callback(self._ended)
        return len(rows)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        # The next row of its key may go out now.
        self._wake.set()

    async def _deliver(self, row: OutboxRow) -> None:
        try:
            await self._uows.rush.gap()
            settled = await self._handlers[row.topic](row.payload)
        except Refused as refused:
            log.warning("outbox %s (%s) refused: %s", row.id, row.topic, refused)
            async with self._uows.write() as uow:
                await _write(uow, refused.write)
                await repository.fail(uow.session, row.id, str(refused))
        except Postponed as postponed:
            async with self._uows.write() as uow:
                await _write(uow, postponed.write)
                await repository.postpone(uow.session, row.id, postponed.until, row.attempts - 1)
            self._look_again(postponed.until)
        except TryAgain as again:
            await self._retry(row, again.cause, again.write)
        except Exception as error:  # whatever went wrong, the row stays and is tried again
            await self._retry(row, error)
        else:
            async with self._uows.write() as uow:
                if settled is not None:
                    await settled.write(uow)
                if settled is None or not settled.keep:
                    await repository.remove(uow.session, row.id)
            if settled is not None and settled.again is not None:
                self._look_again(settled.again)

    async def _retry(self, row: OutboxRow, error: Exception, write: Write | None = None) -> None:
        # Only the kind of error is kept: its text may quote a message.
        kind = type(error).__name__
        async with self._uows.write() as uow:
            await _write(uow, write)
            if row.attempts > len(BACKOFF):
                log.error(
                    "outbox %s (%s) given up after %s tries: %s",
                    row.id,
                    row.topic,
                    row.attempts,
                    kind,
                )
                await repository.fail(uow.session, row.id, kind)
                return
            wait = timedelta(seconds=BACKOFF[row.attempts - 1])
            log.info("outbox %s (%s) failed with %s, again in %s", row.id, row.topic, kind, wait)
            until = uow.clock.now() + wait
            await repository.retry_at(uow.session, row.id, until, kind)
        self._look_again(until)

    def _look_again(self, at: datetime) -> None:
        """Seconds matter to who waits for an answer; the poll alone comes every few of them."""
        seconds = (at - self._uows.clock.now()).total_seconds()
        if seconds < IDLE_SECONDS:
            asyncio.get_running_loop().call_later(max(0.0, seconds), self._wake.set)


async def _write(uow: UnitOfWork, write: Write | None) -> None:
    if write is not None:
        await write(uow)

"""Works the outbox off: claims due rows, hands them to the topic's handler, retries with backoff."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from core.outbox import repository
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], Awaitable[None]]

# Seconds to wait after the 1st, 2nd ... failure; about a day altogether, then a person must look.
BACKOFF = (1, 2, 5, 15, 60, 300, 900, 3600, 3600 * 4, 3600 * 16)
LEASE = timedelta(seconds=60)
BATCH = 16
IDLE_SECONDS = 5.0


class Refused(Exception):
    """Raised by a handler: this delivery can never succeed. It is marked failed and not tried again."""


class OutboxWorker:
    def __init__(self, uows: UnitOfWorkFactory, handlers: Mapping[str, Handler]) -> None:
        self._uows = uows
        self._handlers = handlers
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                busy = await self.work_once()
            except Exception:
                log.exception("the outbox could not be read")
                busy = 0
            if not busy:
                try:
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
                except TimeoutError:
                    continue

    async def work_once(self) -> int:
        """One batch; returns how many rows were tried."""
        async with self._uows.read() as session:
            due = await repository.next_due(session)
        if due is None or due > self._uows.clock.now():
            return 0
        async with self._uows.write() as uow:
            rows = await repository.claim(uow.session, uow.clock.now(), lease=LEASE, limit=BATCH)
        # Rows of one batch have different keys, so they may go out side by side.
        await asyncio.gather(*(self._deliver(row) for row in rows))
        return len(rows)

    async def _deliver(self, row: OutboxRow) -> None:
        try:
            await self._handlers[row.topic](row.payload)
        except Refused as refused:
            log.warning("outbox %s (%s) refused: %s", row.id, row.topic, refused)
            async with self._uows.write() as uow:
                await repository.settle(uow.session, row.id, state="failed", error=str(refused))
        except Exception as error:  # whatever went wrong, the row stays and is tried again
            await self._retry(row, error)
        else:
            async with self._uows.write() as uow:
                await repository.settle(uow.session, row.id, state="done")

    async def _retry(self, row: OutboxRow, error: Exception) -> None:
        # Only the kind of error is kept: its text may quote a message.
        kind = type(error).__name__
        async with self._uows.write() as uow:
            if row.attempts > len(BACKOFF):
                log.error(
                    "outbox %s (%s) given up after %s tries: %s",
                    row.id,
                    row.topic,
                    row.attempts,
                    kind,
                )
                await repository.settle(uow.session, row.id, state="failed", error=kind)
                return
            wait = timedelta(seconds=BACKOFF[row.attempts - 1])
            log.info("outbox %s (%s) failed with %s, again in %s", row.id, row.topic, kind, wait)
            await repository.retry_at(uow.session, row.id, uow.clock.now() + wait, kind)

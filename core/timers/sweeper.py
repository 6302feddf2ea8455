"""Sweeps due timers. Of several servers one leads, by a lease; each timer is handled in its own transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.ids import new_id
from core.timers import repository
from core.timers.models import Timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

Lock = Callable[[UnitOfWork, str], Awaitable[Any]]
Fire = Callable[[UnitOfWork, str, dict[str, Any]], Awaitable[None]]

LEASE = timedelta(seconds=15)
EVERY_SECONDS = 1.0
RETRY_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class TimerHandler:
    """`fire` runs in the transaction that removes the timer: both happen or neither does.

    `lock` locks what the timer is about, by its subject. It goes first, because whoever sets or cancels such a
    timer holds that lock already: taken the other way round, a claim and a time-out at the same moment would
    each wait for the other.
    """

    fire: Fire
    lock: Lock | None = None


class TimerSweeper:
    def __init__(self, uows: UnitOfWorkFactory, handlers: Mapping[str, TimerHandler]) -> None:
        self._uows = uows
        self._handlers = handlers
        self._holder = new_id()

    async def run(self) -> None:
        """Until cancelled. Timers are due to the second, so the poll is a second too."""
        while True:
            try:
                await self.sweep_once()
            except Exception:
                log.exception("timers could not be swept")
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep_once(self) -> int:
        """Handle what is due; returns how many timers fired."""
        async with self._uows.read() as session:
            due = await repository.due_timers(session, self._uows.clock.now())
        if not due:
            return 0
        async with self._uows.write() as uow:
            if not await repository.hold_lease(uow, "timers", self._holder, LEASE):
                return 0
        fired = 0
        for timer in due:
            fired += await self._fire(timer)
        return fired

    async def _fire(self, timer: Timer) -> bool:
        try:
            handler = self._handlers[timer.kind]
            async with self._uows.write() as uow:
                if handler.lock is not None:
                    await handler.lock(uow, timer.subject)
                if not await repository.take_timer(uow, timer.kind, timer.subject, timer.due_at):
                    return False
                await handler.fire(uow, timer.subject, timer.payload)
        except Exception:
            log.exception("timer %s of %s failed, again in a minute", timer.kind, timer.subject)
            async with self._uows.write() as uow:
                await repository.postpone_timer(uow, timer, uow.clock.now() + RETRY_AFTER)
            return False
        return True

"""Sweeps due timers. Of several servers one leads, by a lease.

Each timer is handled in its own transaction; those of kinds of which many come due at once, many in one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
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
# So many timers are handled before the lease is held anew. As long as some fire, there is no rest.
AT_ONCE = 100


@dataclass(frozen=True)
class TimerHandler:
    """`fire` runs in the transaction that removes the timer: both happen or neither does.

    `lock` locks what the timer is about, by its subject. It goes first, because whoever sets or cancels such a
    timer holds that lock already: taken the other way round, a claim and a time-out at the same moment would
    each wait for the other.
    """

    fire: Fire
    lock: Lock | None = None


@dataclass(frozen=True)
class BatchHandler:
    """As TimerHandler, for many of a kind at once: `fire` is given the payloads by subject, `most` of them.

    `lock` locks what these subjects are about and returns those it got. What somebody else holds is left for the next
    sweep: waiting for one would keep all others locked.
    """

    fire: Callable[[UnitOfWork, Mapping[str, dict[str, Any]]], Awaitable[None]]
    lock: Callable[[UnitOfWork, Sequence[str]], Awaitable[Collection[str]]]
    most: int = 200


class TimerSweeper:
    def __init__(
        self,
        uows: UnitOfWorkFactory,
        handlers: Mapping[str, TimerHandler],
        batches: Mapping[str, BatchHandler] | None = None,
    ) -> None:
        self._uows = uows
        self._handlers = handlers
        self._batches = batches or {}
        self._holder = new_id()

    async def run(self) -> None:
        """Until cancelled. Timers are due to the second, so the poll is a second too."""
        while True:
            fired = 0
            try:
                fired = await self.sweep_once()
            except Exception:
                log.exception("timers could not be swept")
            if not fired:
                await asyncio.sleep(EVERY_SECONDS)

    async def sweep_once(self) -> int:
        """Handle what is due, a bounded number of each; returns how many timers fired."""
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            due = await repository.due_timers(session, now, AT_ONCE, but=self._batches)
            many = {
                kind: found
                for kind, batch in self._batches.items()
                if (found := await repository.due_of_kind(session, kind, now, batch.most))
            }
        if not due and not many:
            return 0
        async with self._uows.write() as uow:
            if not await repository.hold_lease(uow, "timers", self._holder, LEASE):
                return 0
        fired = 0
        for timer in due:
            fired += await self._fire(timer)
        for kind, timers in many.items():
            fired += await self._fire_batch(self._batches[kind], timers)
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
            await self._postpone(timer)
            return False
        return True

    async def _fire_batch(self, batch: BatchHandler, timers: Sequence[Timer]) -> int:
        """All in one transaction. What fails is found by halves, so that one bad row keeps no other waiting."""
        try:
            async with self._uows.write() as uow:
                held = await batch.lock(uow, sorted(timer.subject for timer in timers))
                due = {timer.subject: timer.due_at for timer in timers if timer.subject in held}
                taken = await repository.take_timers(uow, timers[0].kind, due)
                payloads = {each.subject: each.payload for each in timers if each.subject in taken}
                if payloads:
                    await batch.fire(uow, payloads)
                return len(payloads)
        except Exception:
            if len(timers) == 1:
                await self._postpone(timers[0])
                return 0
        half = len(timers) // 2
        return await self._fire_batch(batch, timers[:half]) + await self._fire_batch(
            batch, timers[half:]
        )

    async def _postpone(self, timer: Timer) -> None:
        """Called while its failure is handled."""
        log.exception("timer %s of %s failed, again in a minute", timer.kind, timer.subject)
        async with self._uows.write() as uow:
            await repository.postpone_timer(uow, timer, uow.clock.now() + RETRY_AFTER)

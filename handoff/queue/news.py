"""Places in the queue told a moment later: to those far back, and to all when the agents' hands have changed."""

from __future__ import annotations

import asyncio
import logging

from core.events import Event
from core.unit_of_work import UnitOfWorkFactory
from handoff.queue.places import places_from

log = logging.getLogger(__name__)

# Agents come, go and finish all the time; a citizen who looks at a number needs it not more often.
EVERY_SECONDS = 3.0
# Who stands further back hears of it when the line has come closer.
MOST_TOLD = 1000


class PlaceNews:
    """Tells everybody who waits where they stand, at most once every few seconds per server."""

    def __init__(self, uows: UnitOfWorkFactory, *, every: float = EVERY_SECONDS) -> None:
        self._uows = uows
        self._every = every
        self._due = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: dict[str, str] = {}

    async def on_presence(self, event: Event) -> None:
        """Reaction to presence.updated: the expected wait has changed."""
        self.soon()

    def soon(self) -> None:
        """Within EVERY_SECONDS, once for all who ask meanwhile."""
        if self._due:
            return
        self._due = True
        task = asyncio.create_task(self._later(), name="queue places")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait for what is under way: tests."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Tell nobody any more: the server ends."""
        for task in self._tasks:
            task.cancel()
        await self.idle()

    async def _later(self) -> None:
        await asyncio.sleep(self._every)
        # From here on a change may not be seen any more, so the next one starts anew.
        self._due = False
        try:
            await self.tell_all()
        except Exception:
            log.exception("places in the queue could not be told")

    async def tell_all(self) -> int:
        """Everybody whose place or expected wait is not what this server told last; returns how many."""
        async with self._uows.read() as session:
            now = self._uows.clock.now()
            events = [
                event async for event in places_from(session, now, None, set(), looked_at=MOST_TOLD)
            ]
        before, self._last = self._last, {}
        told = 0
        for event in events:
            place = event.payload.model_dump_json()
            (room,) = event.audience.visitor_rooms
            self._last[room] = place
            if before.get(room) != place:
                await self._uows.announce(event)
                told += 1
        return told

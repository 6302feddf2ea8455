"""Records every question put to the knowledge base, read off the stored messages. Started by `app` as a job.

The turn that answers a citizen already stores what the bot understood with its reply, so nothing is written twice
and the turn pays nothing. The recorder follows behind, at least once: rows are keyed by the reply's id.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

from core.ids import new_id
from core.timers.repository import hold_lease
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from knowledge.learning.log import places_wanted, read_messages, read_page, read_places
from knowledge.learning.repository import LearningRepository

log = logging.getLogger(__name__)

EVERY_SECONDS = 3.0
LEASE = timedelta(seconds=30)
# Read and stored at once: SQLite's other writers wait for it.
PAGE = 200
# Ids are made before the commit, and servers' clocks differ: so far back is read again each time.
OVERLAP = timedelta(seconds=60)


class Recorder:
    """Of several servers the one with the lease records."""

    def __init__(self, uows: UnitOfWorkFactory, region: str) -> None:
        self._uows = uows
        self._region = region
        self._holder = new_id()
        self._one = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if await self._leads():
                    await self.catch_up()
            except Exception:
                log.exception("questions could not be recorded, trying again")
            await asyncio.sleep(EVERY_SECONDS)

    async def _leads(self) -> bool:
        async with self._uows.read() as session:
            if not await LearningRepository(session).has_news():
                return False
        async with self._uows.write() as uow:
            return await hold_lease(uow, "learning.recorder", self._holder, LEASE)

    async def catch_up(self) -> int:
        """Record what was asked since the last time; returns how many questions are new."""
        async with self._one:
            recorded, after = 0, await self._start()
            while after is not None:
                new, after = await self._record_page(after)
                recorded += new
            async with self._uows.write() as uow:
                await self._record_verdicts(uow)
            return recorded

    async def _start(self) -> str | None:
        async with self._uows.read() as session:
            state = await LearningRepository(session).state()
        if state is None or state.last_message is None:
            return str(UUID(int=0))
        return moved_back(state.last_message, OVERLAP)

    async def _record_page(self, after: str) -> tuple[int, str | None]:
        async with self._uows.read() as session:
            page = await read_messages(session, after=after, limit=PAGE)
            known = await LearningRepository(session).known([row.id for row in page])
            unread = [row for row in page if row.id not in known]
            around = await read_places(session, places_wanted(unread))
        if not page:
            return 0, None
        read = read_page(unread, around, self._region)
        last = page[-1].id
        async with self._uows.write() as uow:
            repository = LearningRepository(uow.session)
            new = await repository.add(read.questions)
            for pick in read.picks:
                await repository.note_pick(pick)
            for handoff in read.handoffs:
                await repository.note_handoff(handoff)
            await repository.advance(last_message=last)
        return new, last if len(page) == PAGE else None

    async def _record_verdicts(self, uow: UnitOfWork) -> None:
        repository = LearningRepository(uow.session)
        state = await repository.state()
        since = state.last_feedback - OVERLAP if state and state.last_feedback else None
        newest = await repository.copy_feedback(since)
        if newest is not None:
            await repository.advance(last_feedback=newest)


def moved_back(message_id: str, step: timedelta) -> str:
    """An id as it would have been made `step` earlier: UUIDv7 begins with 48 bits of milliseconds."""
    milliseconds = UUID(message_id).int >> 80
    return str(UUID(int=max(0, milliseconds - int(step.total_seconds() * 1000)) << 80))

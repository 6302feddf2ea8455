"""The hot questions as they stand, kept in memory: implements core's HotQuestions, and says when they changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from core.clock import today
from core.conversation.ports import HotQuestion
from core.ids import new_id
from core.timers.repository import hold_lease
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.regions import Regions
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import NATIONWIDE
from knowledge.learning.hot import Ranking, question_of, rank
from knowledge.learning.hot_repository import HotRepository

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
LEASE = timedelta(seconds=30)
# Counts move with every question; a citizen who opens the window sees them as they were at most so long ago.
FRESH = timedelta(minutes=1)

# Told with the ids of all inboxes whose list may be another one now.
Changed = Callable[[list[str]], Awaitable[None]]
Version = tuple[datetime | None, int, date]


class HotBoard:
    """`on_change` is called when pins, articles or the day changed, not when counts did: menus are not to flicker.

    What was told last stands in the database: what one server noticed and did not live to tell, another one tells.
    """

    def __init__(
        self, uows: UnitOfWorkFactory, regions: Regions, region: str, on_change: Changed | None = None
    ) -> None:  # fmt: skip
        self._uows = uows
        self._regions = regions
        self._region = region
        self.on_change = on_change
        self._holder = new_id()
        self._version: Version | None = None
        self._told: Version | None = None  # known to be told, by whichever server
        self._lists: dict[str, tuple[datetime, list[HotQuestion]]] = {}

    async def of_inbox(self, inbox_id: str) -> list[HotQuestion]:
        now = self._uows.clock.now()
        kept = self._lists.get(inbox_id)
        if kept is None or now - kept[0] >= FRESH:
            shown = (await self.ranking(inbox_id)).shown
            kept = (now, [HotQuestion(article.key, article.question) for article in shown])
            self._lists[inbox_id] = kept
        return kept[1]

    async def question_of(self, key: str) -> str | None:
        async with self._uows.read() as session:
            return await question_of(
                session, key, regions=self._names(), today=today(self._uows.clock)
            )

    async def ranking(self, inbox_id: str | None) -> Ranking:
        """Straight from the database, for editors."""
        async with self._uows.read() as session:
            return await rank(
                session, inbox_id, regions=self._names(), today=today(self._uows.clock)
            )

    async def run(self) -> None:
        """Until cancelled. Every server looks; the one with the lease tells the others' citizens and WeChat."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("hot questions could not be looked up, trying again")
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """One look: whatever has not been told is told, by the server with the lease."""
        await self.refresh()
        if self._version == self._told or await self._is_told():
            return
        if await self._leads():
            await self.tell()

    async def refresh(self) -> bool:
        """Forget the lists if pins, articles or the day have changed; says whether they had."""
        async with self._uows.read() as session:
            pinned = await HotRepository(session).pinned_at()
            version = (pinned, await ArticleRepository(session).revision(), today(self._uows.clock))
        if version == self._version:
            return False
        self._version = version
        self._lists.clear()
        return True

    async def tell(self) -> None:
        """Tell of the version this server has seen last, and note that it was told."""
        version = self._version
        if self.on_change is not None:
            async with self._uows.read() as session:
                wanted = [inbox.id for inbox in await HotRepository(session).inboxes()]
            await self.on_change(wanted)
        async with self._uows.write() as uow:
            await HotRepository(uow.session).note_told(_written(version), uow.clock.now())
        self._told = version

    async def _is_told(self) -> bool:
        async with self._uows.read() as session:
            told = await HotRepository(session).told()
        if told != _written(self._version):
            return False
        self._told = self._version
        return True

    async def _leads(self) -> bool:
        async with self._uows.write() as uow:
            return await hold_lease(uow, "learning.hot", self._holder, LEASE)

    def _names(self) -> list[str]:
        return [NATIONWIDE, *sorted(self._regions.get(self._region).names)]


def _written(version: Version | None) -> str:
    """The same on every server and kind of database."""
    if version is None:
        return ""
    pinned, revision, day = version
    return f"{pinned.astimezone(UTC).isoformat() if pinned else ''} {revision} {day}"

"""Keeps the search's snapshot in step with what is published, without a restart and without a slow request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from typing import ParamSpec, TypeVar

from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.published import published_changes
from knowledge.articles.repository import ArticleRepository
from knowledge.retrieval.builder import IndexBuilder
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.search import Search

__all__ = ["IndexBuilder", "Refresher"]

log = logging.getLogger(__name__)

# How often the revision is looked at: one indexed row, so that a published change is found within seconds.
INTERVAL_SECONDS = 1.0
# Whether the encoder knows the content is looked at when so much of it has changed; below, it surely does.
CHECK_SHARE = 0.02
# After a failed training or merge, unless something is published before.
RETRY_SECONDS = 300.0
_NOTHING_READ = -1

P = ParamSpec("P")
T = TypeVar("T")


class Refresher:
    """`app` awaits `refresh()` once at start and then lets `run()` go on in the background.

    What changed is read and laid beside the big segment at once; in the background, now and then, the
    encoder is trained again and all is laid together, in child processes.
    """

    def __init__(self, units: UnitOfWorkFactory, search: Search, builder: IndexBuilder) -> None:
        self._units = units
        self._search = search
        self._builder = builder
        self._revision = _NOTHING_READ
        # What is published, by article id; what changed last stands last.
        self._published: dict[str, list[Entry]] = {}
        # Articles that changed since it was last looked whether the encoder knows the content.
        self._unchecked = 0
        self._swapping = asyncio.Lock()
        self._woken, self._changed = asyncio.Event(), asyncio.Event()

    async def refresh(self) -> bool:
        """Bring the snapshot up to date if the published content has changed; says whether it did."""
        async with self._swapping:
            async with self._units.read() as session:
                # Read first: what is published meanwhile is read now and looked at once more.
                revision = await ArticleRepository(session).revision()
                if revision == self._revision:
                    return False
                # A restored backup may be older: then all is read again.
                since = self._revision if revision > self._revision else _NOTHING_READ
                changed = await published_changes(session, since)
            published = {} if since == _NOTHING_READ else dict(self._published)
            for article_id, entries in changed.items():
                published.pop(article_id, None)
                if entries:
                    published[article_id] = entries
            await self._swap(published)
            self._revision = revision
            self._unchecked += len(changed)
        log.info(
            "knowledge index refreshed",
            extra={"revision": revision, "changed": len(changed), "articles": len(published)},
        )
        return True

    async def retrain(self) -> bool:
        """Train the built-in encoder anew if it has seen too little of the content; says whether it did."""
        entries, seen = self._entries(), self._unchecked
        if not await self._in_thread(self._builder.wants_training, entries):
            self._unchecked -= seen
            return False
        await self._in_thread(self._builder.retrain, entries)
        self._unchecked -= seen
        await self._swap_again()
        log.info("encoder trained again", extra={"entries": len(entries)})
        return True

    async def merge(self) -> bool:
        """Lay together what changed and the rest, if it has become much; says whether it did."""
        if not self._builder.wants_merge:
            return False
        await self._in_thread(self._builder.merge, self._entries())
        await self._swap_again()
        log.info("knowledge index merged")
        return True

    def wake(self) -> None:
        """Look at once: something was published, here or on another server."""
        self._woken.set()

    async def run(self, interval: float = INTERVAL_SECONDS) -> None:
        """Until cancelled. What fails leaves the old snapshot in use and is tried again."""
        self._builder.children.allow()
        improving = asyncio.create_task(self._improve())
        try:
            while True:
                try:
                    if await self.refresh():
                        self._changed.set()
                except Exception:
                    log.exception(
                        "knowledge index could not be refreshed; the old one stays in use"
                    )
                await _either(self._woken, interval)
                self._woken.clear()
        finally:
            improving.cancel()
            await asyncio.gather(improving, return_exceptions=True)

    async def _improve(self) -> None:
        """Train and merge when it is worth it. The first look is: content may have grown while the server was down."""
        while True:
            self._changed.clear()
            try:
                # Comparing everything with what was learnt costs a second at 100,000: not for a single article.
                much = self._unchecked > CHECK_SHARE * len(self._published)
                if not (much and await self.retrain()):
                    await self.merge()
            except Exception:
                log.exception("knowledge index could not be improved; the one in use stays")
                await _either(self._changed, RETRY_SECONDS)
            else:
                await self._changed.wait()

    def _entries(self) -> list[Entry]:
        return list(chain.from_iterable(self._published.values()))

    async def _swap(self, published: dict[str, list[Entry]]) -> None:
        entries = list(chain.from_iterable(published.values()))
        # The first snapshot must be whole; later ones must come soon.
        wait = not self._search.ready
        self._search.swap(await self._in_thread(self._builder.build, entries, wait=wait))
        self._published = published

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A thread cannot be cancelled, and the server would wait for it: what it waits for is ended instead."""
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except asyncio.CancelledError:
            self._builder.children.end()
            raise

    async def _swap_again(self) -> None:
        async with self._swapping:
            await self._swap(self._published)


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)

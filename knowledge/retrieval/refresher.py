"""Keeps the search's snapshot in step with what is published, without a restart and without a slow request."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.published import published_entries
from knowledge.articles.repository import ArticleRepository
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.models import BUILTIN, EncoderStore, choose_encoder, training_articles
from knowledge.retrieval.search import Search
from knowledge.retrieval.vectors import VectorCache

log = logging.getLogger(__name__)

# How often the revision is looked at: one indexed row, so that a published change is found within seconds.
INTERVAL_SECONDS = 1.0
# The built-in encoder is trained again when so much of the content is new to it; below, it serves well.
RETRAIN_SHARE = 0.05


class IndexBuilder:
    """Everything an index is built from besides the entries. Loads dictionary and encoder once."""

    def __init__(
        self,
        *,
        encoder: str,
        cache: Path,
        calibration: Calibration | None = None,
        analyser: Analyser | None = None,
    ) -> None:
        self.store = EncoderStore(cache / "encoders")
        self._encoder_setting = encoder
        self._cache = cache
        self._calibration = calibration or Calibration.load()
        self._analyser = analyser
        # Vectors of the built-in encoder are cheaper to compute than to read.
        self._vectors = VectorCache(None if encoder == BUILTIN else cache / "vectors")
        self._lock = threading.Lock()

    @property
    def analyser(self) -> Analyser:
        if self._analyser is None:
            self._analyser = Analyser(cache_dir=self._cache / "jieba")
        return self._analyser

    def build(self, entries: Sequence[Entry]) -> KnowledgeIndex:
        """Build a snapshot: seconds of CPU, so in a thread. Raises EncoderUnusable, Unavailable."""
        with self._lock:
            encoder = choose_encoder(self._encoder_setting, entries, self.store, self.analyser)
            return KnowledgeIndex(
                entries, analyser=self.analyser, encoder=encoder,
                calibration=self._calibration, vectors=self._vectors,
            )  # fmt: skip

    def wants_training(self, entries: Sequence[Entry]) -> bool:
        """Whether the built-in encoder has seen too little of these entries."""
        if self._encoder_setting != BUILTIN or len(entries) < 2:
            return False
        articles = training_articles(entries)
        newest = self.store.newest()
        if newest is None or self.store.exact(articles):
            return False
        return self.store.unlearnt_share(newest, articles) > RETRAIN_SHARE


class Refresher:
    """`app` awaits `refresh()` once at start and then lets `run()` go on in the background."""

    def __init__(self, units: UnitOfWorkFactory, search: Search, builder: IndexBuilder) -> None:
        self._units = units
        self._search = search
        self._builder = builder
        self._revision = -1

    async def refresh(self) -> bool:
        """Rebuild and swap if the published content has changed; says whether it did."""
        async with self._units.read() as session:
            revision = await ArticleRepository(session).revision()
            if revision == self._revision:
                return False
            entries = await published_entries(session)
        await self._swap(entries)
        self._revision = revision
        log.info("knowledge index rebuilt", extra={"revision": revision, "entries": len(entries)})
        return True

    async def retrain(self) -> bool:
        """Train the built-in encoder anew if it has seen too little of the content; says whether it did."""
        async with self._units.read() as session:
            entries = await published_entries(session)
        if not self._builder.wants_training(entries):
            return False
        await asyncio.to_thread(self._builder.store.train, training_articles(entries))
        await self._swap(entries)
        # Something may have been published meanwhile; the next refresh must look again.
        self._revision = -1
        return True

    async def run(self, interval: float = INTERVAL_SECONDS) -> None:
        """Until cancelled. A failed rebuild leaves the old snapshot in use and is tried again."""
        # The first look is always worth a training: content may have grown while the server was down.
        changed = True
        while True:
            try:
                if await self.refresh() or changed:
                    await self.retrain()
                changed = False
            except Exception:
                log.exception("knowledge index could not be rebuilt; the old one stays in use")
            await asyncio.sleep(interval)

    async def _swap(self, entries: list[Entry]) -> None:
        self._search.swap(await asyncio.to_thread(self._builder.build, entries))

"""Opens the knowledge base for a command: database, shipped articles, index. Used by cli.py only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.clock import SystemClock
from core.database import Database
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.published import published_entries
from knowledge.articles.regions import SHIPPED_REGIONS, Regions
from knowledge.articles.seed import seed
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.refresher import IndexBuilder
from knowledge.retrieval.search import Search


@dataclass(frozen=True)
class Session:
    """An open knowledge base; `search()` builds the index, which takes a second or two."""

    settings: Settings
    units: UnitOfWorkFactory

    async def entries(self) -> list[Entry]:
        async with self.units.read() as session:
            return await published_entries(session)

    def builder(self) -> IndexBuilder:
        return IndexBuilder(
            encoder=self.settings.encoder, cache=self.settings.model_dir.parent / "knowledge"
        )

    async def search(self) -> Search:
        regions = Regions.load(SHIPPED_REGIONS, self.settings.home / "regions")
        return Search(regions, self.builder().build(await self.entries()))


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[Session]:
    """The database must have its tables. Shipped articles are brought in if they are not yet."""
    database = Database(settings.resolved_database_url)
    try:
        units = UnitOfWorkFactory(database, SystemClock())
        await seed(units)
        yield Session(settings, units)
    finally:
        await database.close()

"""How the knowledge base is put together from the settings: for the server, and opened for a command."""

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


def load_regions(settings: Settings) -> Regions:
    """The shipped region files, and those of the installation, which win."""
    return Regions.load(SHIPPED_REGIONS, settings.home / "regions")


def index_builder(settings: Settings) -> IndexBuilder:
    """Its encoders are cached beside the bot's models: a new home does not train again."""
    return IndexBuilder(encoder=settings.encoder, cache=settings.model_dir.parent / "knowledge")


@dataclass(frozen=True)
class Session:
    """An open knowledge base; `search()` builds the index, which takes a second or two."""

    settings: Settings
    units: UnitOfWorkFactory

    async def entries(self) -> list[Entry]:
        async with self.units.read() as session:
            return await published_entries(session)

    def builder(self) -> IndexBuilder:
        return index_builder(self.settings)

    async def search(self) -> Search:
        return Search(load_regions(self.settings), self.builder().build(await self.entries()))


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

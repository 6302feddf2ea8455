"""The knowledge base as the server runs it: its parts, its routes and its jobs, put together in one place."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles.endpoints import build_router as build_articles
from knowledge.articles.regions import Regions
from knowledge.retrieval.endpoints import build_router as build_checks
from knowledge.retrieval.refresher import Refresher
from knowledge.retrieval.search import Search
from knowledge.session import index_builder, load_regions


@dataclass
class Knowledge:
    """Search and what keeps it current."""

    settings: Settings
    uows: UnitOfWorkFactory
    regions: Regions
    search: Search
    refresher: Refresher

    def routers(self) -> list[APIRouter]:
        """Everything under /api/v1/knowledge."""
        return [
            build_articles(self.uows, self.search, self.settings.region),
            build_checks(self.search, self.uows.clock, self.settings.region),
        ]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs beside the requests, until the server ends."""
        return [("knowledge", self.refresher.run())]


def build_knowledge(settings: Settings, uows: UnitOfWorkFactory) -> Knowledge:
    regions = load_regions(settings)
    search = Search(regions)
    refresher = Refresher(uows, search, index_builder(settings))
    return Knowledge(settings, uows, regions, search, refresher)

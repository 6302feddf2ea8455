"""The knowledge base as the server runs it: its parts, its routes and its jobs, put together in one place."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from channels.tencent.rendering.wording import answer_text
from core.conversation.content import AnswerContent
from core.scanning import Scanner
from core.settings import Settings
from core.storage.opening import open_store
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import reminders
from knowledge.articles.attachment_endpoints import build_router as build_attachments
from knowledge.articles.attachments import AttachmentService
from knowledge.articles.category_endpoints import build_router as build_categories
from knowledge.articles.editing_endpoints import build_router as build_editing
from knowledge.articles.endpoints import build_router as build_articles
from knowledge.articles.regions import Regions
from knowledge.ingest.endpoints import build_router as build_imports
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.service import ImportService
from knowledge.learning.board import HotBoard
from knowledge.learning.clustering import Clustering
from knowledge.learning.endpoints import build_router as build_learning
from knowledge.learning.hot_endpoints import build_router as build_hot
from knowledge.learning.recorder import Recorder
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
    recorder: Recorder
    clustering: Clustering
    hot: HotBoard
    attachments: AttachmentService
    imports: ImportWorker

    def routers(self) -> list[APIRouter]:
        """Everything under /api/v1/knowledge."""
        return [
            build_articles(self.uows, self.search, self.settings.region),
            build_editing(self.uows, self.regions, self.settings.region, self._on_wechat),
            build_categories(self.uows),
            build_attachments(self.uows, self.attachments),
            build_imports(self.uows, ImportService(self.uows, self.imports)),
            build_checks(self.search, self.uows.clock, self.settings.region),
            build_learning(self.uows, self.search, self.settings.region),
            build_hot(self.uows, self.hot),
        ]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs beside the requests, until the server ends."""
        return [
            ("knowledge", self.refresher.run()),
            ("questions", self.recorder.run()),
            ("clusters", self.clustering.run()),
            ("hot questions", self.hot.run()),
            ("attachments", self.attachments.sweep_forever()),
            ("imports", self.imports.run()),
        ]

    def timers(self) -> dict[str, TimerHandler]:
        """What happens when timers of the knowledge base are due, by kind."""
        return reminders.timer_handlers()

    def _on_wechat(self, answer: AnswerContent) -> str:
        return answer_text(answer, self.settings.resolved_public_url)


def build_knowledge(settings: Settings, uows: UnitOfWorkFactory) -> Knowledge:
    regions = load_regions(settings)
    search = Search(regions)
    refresher = Refresher(uows, search, index_builder(settings))
    attachments = AttachmentService(
        uows, open_store(settings, "knowledge"), Scanner(settings.clamd)
    )
    clustering = Clustering(
        uows, search, region=settings.region,
        cluster_days=settings.cluster_days, question_days=settings.question_days,
    )  # fmt: skip
    return Knowledge(
        settings=settings, uows=uows, regions=regions, search=search, refresher=refresher,
        recorder=Recorder(uows, settings.region), clustering=clustering,
        hot=HotBoard(uows, regions, settings.region), attachments=attachments,
        imports=ImportWorker(uows, search),
    )  # fmt: skip

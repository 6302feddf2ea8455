"""The bot as the server runs it: Rasa and its model, editing, training and switching, put together in one place."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter

from app.own import OwnReader
from app.topics import topic_examples
from bot.client import RasaBot
from bot.editing.endpoints import build_router as build_editing
from bot.editing.model_files import ModelFiles
from bot.editing.training_endpoints import build_router as build_trainings
from bot.editing.training_service import TrainingService
from bot.follower import Follower
from bot.jobs import TrainingWorker
from bot.questions import Questions
from bot.supervision import RasaProcess
from bot.switching import FixedLine, LocalRasa
from bot.tester import ModelTester
from core.settings import ROOT, Settings
from core.unit_of_work import UnitOfWorkFactory


@dataclass
class BotSide:
    """`local` None: somebody else runs Rasa (BANGBAN_RASA_URL), or nobody."""

    uows: UnitOfWorkFactory
    rasa: RasaBot
    local: LocalRasa | None
    follower: Follower
    worker: TrainingWorker
    tester: ModelTester
    service: TrainingService
    own: OwnReader

    def routers(self) -> list[APIRouter]:
        """Everything under /api/v1/bot."""
        switchable = self.local is not None
        return [
            build_editing(self.uows),
            build_trainings(self.uows, self.service, self.tester, switchable=switchable),
        ]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs beside the requests, until the server ends."""
        return [
            ("bot trainings", self.worker.run()),
            ("bot model", self.follower.run()),
            ("bot tester", self.tester.run()),
        ]


def local_rasa(settings: Settings, token: str) -> LocalRasa:
    """A Rasa of this server's own, not started."""
    return LocalRasa(partial(_process, settings, token), token)


def build_bot(
    settings: Settings,
    uows: UnitOfWorkFactory,
    http: httpx.AsyncClient,
    token: str,
    local: LocalRasa | None,
    questions: Questions,
) -> BotSide:
    """`token`: what Rasa and the server share."""
    line = local or FixedLine(settings.rasa_url)
    rasa = RasaBot(line, token, http, timeout=settings.rasa_timeout_seconds, questions=questions)
    # Read from the shipped files, which do not change while the server runs.
    files = ModelFiles(uows, settings.model_dir, cache(topic_examples))
    # The three wake each other.
    follower = Follower(uows, files, local, lambda: worker.wake())
    worker = TrainingWorker(uows, files, follower.wake)
    make = partial(_process, settings, token) if local is not None else None
    return BotSide(
        uows=uows, rasa=rasa, local=local, follower=follower, worker=worker,
        tester=ModelTester(uows, files, rasa, http, token, make),
        service=TrainingService(uows, wake_worker=worker.wake, wake_follower=follower.wake),
        own=OwnReader(lambda: follower.data),
    )  # fmt: skip


def _process(settings: Settings, token: str, model: Path) -> RasaProcess:
    return RasaProcess(
        ROOT, model, token=token, action_url=f"http://127.0.0.1:{settings.port}/webhook",
        log_file=settings.home / "logs" / "rasa.log",
    )  # fmt: skip

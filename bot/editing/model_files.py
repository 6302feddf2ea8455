"""Where the models are: in the model folder by their inputs' hash, and those of trainings in the database as well.

The folder is a cache. A server that has not trained a model itself, or whose folder was emptied, takes it from the
database.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.editing.errors import ModelGone
from bot.editing.models import BotTraining
from bot.editing.training_repository import TrainingRepository
from bot.training import Examples, model_hash, train
from core.settings import ROOT
from core.unit_of_work import UnitOfWorkFactory


class ModelFiles:
    """`wordings` are trained on beside the data of the project at `root` (bot/training.py)."""

    def __init__(
        self,
        units: UnitOfWorkFactory,
        folder: Path,
        wordings: Callable[[], Examples],
        root: Path = ROOT,
    ) -> None:
        self._units = units
        self.root = root
        self.folder = folder
        self.wordings = wordings

    def shipped_hash(self) -> str:
        """Of the product's own inputs; another one after an upgrade. Blocking."""
        return model_hash(self.root, self.wordings())

    async def shipped(self) -> Path:
        """The product's own model, trained when it is not there. Raises TrainingFailed."""
        return await asyncio.to_thread(lambda: train(self.root, self.folder, self.wordings()).model)

    async def of(self, training: BotTraining) -> Path:
        """The file of a training's model. Raises ModelGone."""
        if not training.model_sha256:
            raise ModelGone(training_id=training.id)
        path = self.folder / training.model
        if await asyncio.to_thread(_matches, path, training.model_sha256):
            return path
        async with self._units.read() as session:
            data = await TrainingRepository(session).model_bytes(training.id)
        if hashlib.sha256(data).hexdigest() != training.model_sha256:
            raise ModelGone(training_id=training.id)
        await asyncio.to_thread(_store, path, data)
        return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _matches(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


def _store(path: Path, data: bytes) -> None:
    """Whole or not at all: Rasa may be started with it by another process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="unfinished-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)

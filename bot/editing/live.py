"""The live model outside the server: `bangban train --live`, for who runs Rasa themselves, and `bangban doctor`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.editing.model_files import ModelFiles
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from bot.training import Examples
from core.clock import SystemClock
from core.database import Database
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory


async def live_name(settings: Settings) -> str | None:
    """The file name of the editors' model that is live; None: the shipped one is."""
    database = Database(settings.resolved_database_url)
    try:
        async with UnitOfWorkFactory(database, SystemClock()).read() as session:
            live_id = (await EditingRepository(session).state()).live_id
            return (await TrainingRepository(session).get(live_id)).model if live_id else None
    finally:
        await database.close()


async def live_model(settings: Settings, wordings: Callable[[], Examples]) -> Path:
    """What the editors have chosen, else the shipped model. Raises ModelGone, TrainingFailed."""
    database = Database(settings.resolved_database_url)
    try:
        units = UnitOfWorkFactory(database, SystemClock())
        files = ModelFiles(units, settings.model_dir, wordings)
        async with units.read() as session:
            live_id = (await EditingRepository(session).state()).live_id
            live = await TrainingRepository(session).get(live_id) if live_id else None
        return await files.of(live) if live is not None else await files.shipped()
    finally:
        await database.close()

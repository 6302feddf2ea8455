"""The database of the settings, for commands that look something up or change it beside a running server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.migrate import upgrade
from core.clock import SystemClock
from core.database import Database
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory

Result = TypeVar("Result")


def on_database(work: Callable[[UnitOfWorkFactory], Awaitable[Result]]) -> Result:
    """Do the work on the database of the settings, brought up to date first."""
    settings = Settings()
    upgrade(settings.resolved_database_url)

    async def with_database() -> Result:
        database = Database(settings.resolved_database_url)
        try:
            return await work(UnitOfWorkFactory(database, SystemClock()))
        finally:
            await database.close()

    return asyncio.run(with_database())

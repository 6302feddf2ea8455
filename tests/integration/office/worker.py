"""A server that delivers events until it is killed: `worker.py ADDRESS HOME`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.office import build_office
from core.clock import SystemClock
from core.database import Database
from core.outbox.worker import OutboxWorker
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside


async def deliver(address: str, home: Path) -> None:
    uows = UnitOfWorkFactory(Database(address), SystemClock())
    settings = Settings(
        _env_file=None, home=home, secret_key="installation-key", outbound_proxy="",  # type: ignore[call-arg]
    )  # fmt: skip
    office = build_office(settings, uows, Outside())
    await OutboxWorker(uows, office.handlers()).run()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], Path(sys.argv[2])))

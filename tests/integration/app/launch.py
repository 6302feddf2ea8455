"""A server in a process of its own: `python -m tests.integration.app.launch`, set up by BANGBAN_* variables.

`bangban serve` with a handful of articles instead of all that ship, so that a restart takes a second.
"""

from __future__ import annotations

import asyncio

from app.container import build
from app.defaults import add_default_inboxes
from app.home import locked
from app.logs import configure
from app.server import listen, serve
from core.settings import Settings
from knowledge.articles.seed import seed
from tests.integration.app.site import CONTENT


async def run(settings: Settings) -> None:
    container = build(settings)
    async with container.uows.write() as uow:
        await add_default_inboxes(uow)
    await seed(container.uows, CONTENT)
    listener = listen(settings.host, settings.port)
    await serve(container, listener, started=asyncio.Event(), stop=asyncio.Event())


if __name__ == "__main__":
    settings = Settings()
    configure(settings.log_level)
    with locked(settings.home):
        asyncio.run(run(settings))

"""Long work whose state is in rows: a job belongs to the server that holds its lease, and whatever that server
writes is written under the condition that it still does. What the workers of trainings and imports share.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# A job that three servers died of is not given to a fourth.
MAX_ATTEMPTS = 3
IDLE_SECONDS = 2.0


class Lost(Exception):
    """The job is no longer ours: cancelled, or taken by another server."""


async def work_forever(
    work_once: Callable[[], Awaitable[bool]], woken: asyncio.Event, what: str
) -> None:
    """Call `work_once` until cancelled; when it says that there was nothing to do, after `woken` or a moment."""
    while True:
        woken.clear()
        try:
            worked = await work_once()
        except Exception:
            log.exception("%s could not be worked on", what)
            worked = False
        if not worked:
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), IDLE_SECONDS)

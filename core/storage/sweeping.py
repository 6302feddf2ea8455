"""Deletes files that nothing names any more. What names them, and for how long without being used, is the caller's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from core.ids import made_at
from core.storage import FileStore, id_of

log = logging.getLogger(__name__)

SWEEP_SECONDS = 3600


async def sweep(
    files: FileStore,
    *,
    before: datetime,
    forget: Callable[[], Awaitable[tuple[int, set[str]]]],
) -> int:
    """One round: `forget` deletes the rows that are over, and says how many and which ids stay; other files go.

    Files go by themselves and not with their rows: a crash between the two steps leaves one without the other, and
    the next round finds it. What was uploaded since the files were listed is among the ids that stay; a file younger
    than `before` may belong to a row that is just being written. Safe to run twice.
    """
    stored = await files.keys()
    gone, known = await forget()
    for key in stored:
        file_id = id_of(key)
        if file_id is not None and file_id not in known and made_at(file_id) < before:
            await files.delete(key)
    return gone


async def sweep_forever(once: Callable[[], Awaitable[int]], what: str) -> None:
    """Rounds until cancelled; one that fails is tried again an hour later."""
    while True:
        try:
            await once()
        except Exception:
            log.exception("%s could not be deleted", what)
        await asyncio.sleep(SWEEP_SECONDS)

"""What else must forget when a stored message was changed. Called by the event bus.

SQLite's log file keeps old pages until they happen to be overwritten; PostgreSQL sees to its log by itself. The bot
keeps the latest messages of conversations at hand.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from core.conversation.schemas import MessageRead
from core.events import Event

log = logging.getLogger(__name__)

# Several messages are forgotten together; one pass over the log serves them all.
AFTER_SECONDS = 2.0
# Writers wait meanwhile; when there is much to do, the next change brings another try.
BUSY_SECONDS = 0.2
TRIES = 5


def says_otherwise(event: Event) -> bool:
    """Whether a message.updated is about what was said, and not only about how far a channel has taken it."""
    return isinstance(event.payload, MessageRead) and event.payload.delivery is None


class LookBackForgetter:
    """Reacts to message.updated: the bot reads the conversation again."""

    def __init__(self, forget: Callable[[str], None]) -> None:
        self._forget = forget

    async def __call__(self, event: Event) -> None:
        assert isinstance(event.payload, MessageRead)
        self._forget(event.payload.conversation_id)


class LogTrimmer:
    """Reacts to message.updated."""

    def __init__(self, database_url: str, *, after_seconds: float = AFTER_SECONDS) -> None:
        url = make_url(database_url)
        sqlite = url.get_backend_name() == "sqlite" and url.database
        self._path = Path(url.database) if sqlite and url.database else None
        self._after = after_seconds
        self._waiting = False

    async def __call__(self, event: Event) -> None:
        if self._path is None or self._waiting:
            return
        self._waiting = True
        try:
            await asyncio.sleep(self._after)
        finally:
            self._waiting = False
        for _ in range(TRIES):
            if await asyncio.to_thread(self.trim):
                break
            await asyncio.sleep(self._after)

    def trim(self) -> bool:
        """Write the log into the database and empty it; False when somebody is in the way."""
        assert self._path is not None
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            log.info("the database's log could not be emptied: %s", error)
            return False
        finally:
            connection.close()
        return not busy

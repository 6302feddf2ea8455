"""Stores what is said on the short way, everything that comes in while the last commit runs in one transaction.

Under load the wait for the disk, most of what a commit costs, is shared by all of them; alone a message waits for
nobody. Each gets its number after the commit; one that does not fit gets None, and does not harm the others.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import Any, Protocol

from core.conversation.direct.statements import PostgresStatements, SqliteStatements
from core.conversation.direct.words import Said
from core.database import Database
from core.sqlite import OneTripConnection

log = logging.getLogger(__name__)

# On SQLite the statements of one transaction hold up the event loop, some 30 microseconds each message.
MOST = 64


class Store(Protocol):
    async def store(self, batch: list[Said]) -> list[int | None]:
        """Store them in one transaction: their seqs after the commit, None for what did not fit."""
        ...


class SqliteStore:
    """The statements run on the event loop (core/sqlite.py says why), only the commit goes to SQLite's thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = SqliteStatements(database.engine.dialect)

    async def store(self, batch: list[Said]) -> list[int | None]:
        lock = self._database.write_lock
        assert lock is not None
        async with lock, self._database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).dbapi_connection
            assert isinstance(driver, OneTripConnection)
            return await driver.write_at_once(lambda database: self._write(database, batch))

    def _write(self, database: sqlite3.Connection, batch: list[Said]) -> list[int | None]:
        return [self._write_one(database, said) for said in batch]

    def _write_one(self, database: sqlite3.Connection, said: Said) -> int | None:
        statements, values = self._statements, said.values()
        move = statements.moves[said.author.kind]
        moved = database.execute(move.text, move.row(values)).fetchall()
        if not moved:
            return None
        seq, clock_at = moved[0]
        store = statements.store.row(values | {"seq": seq})
        database.execute(statements.store.text, store)
        arm = statements.arm.row(values | {"subject": said.served.conversation_id})
        if clock_at == arm[2]:
            database.execute(statements.arm.text, arm)
        return int(seq)


class PostgresStore:
    """One statement a message, all of them in one trip: the driver sends them in a row, PostgreSQL commits once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = PostgresStatements(database.engine.dialect)

    async def store(self, batch: list[Said]) -> list[int | None]:
        seqs: list[int | None] = [None] * len(batch)
        async with self._database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for side, move in self._statements.moves.items():
                rows = [
                    move.row(said.values() | {"subject": said.served.conversation_id, "number": number})
                    for number, said in enumerate(batch)
                    if said.author.kind == side
                ]  # fmt: skip
                if rows:
                    for number, seq in await driver.fetchmany(move.text, rows):
                        seqs[number] = seq
        return seqs


class DirectWriter:
    def __init__(self, database: Database) -> None:
        self.store: Store = SqliteStore(database) if database.is_sqlite else PostgresStore(database)
        self._waiting: list[tuple[Said, asyncio.Future[int | None]]] = []
        self._at_it: asyncio.Task[None] | None = None

    async def write(self, said: Said) -> int | None:
        """Its seq, when it is stored for good; None when it must go the general way."""
        stored: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, stored))
        if self._at_it is None:
            self._at_it = asyncio.create_task(self._write_all(), name="direct messages")
        return await stored

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                # By conversation: two servers then lock in one order, and cannot wait for each other.
                batch.sort(key=lambda one: one[0].served.conversation_id)
                for (_, stored), seq in zip(
                    batch, await self._try([s for s, _ in batch]), strict=True
                ):
                    if not stored.done():
                        stored.set_result(seq)
        finally:
            self._at_it = None

    async def _try(self, batch: list[Said]) -> list[int | None]:
        try:
            return await self.store.store(batch)
        except Exception as error:
            # Nothing of it is stored. On the general way each stands for itself, and what is wrong shows there.
            log.warning("%d messages go the general way: %s", len(batch), type(error).__name__)
            return [None] * len(batch)

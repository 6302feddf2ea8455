"""SQLite's driver with one trip to its thread per statement; core/database.py plugs it in.

aiosqlite runs SQLite in a thread. SQLAlchemy's adapter goes there four times for each statement (make a cursor,
execute, fetch, close) and once more for BEGIN; each trip wakes two threads and waits for the interpreter lock.
Here a statement is one trip, and BEGIN travels with the first statement. Measured on a bot turn of 24 statements:
docs/benchmarks.md.
"""

from __future__ import annotations

import collections
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)

Result = TypeVar("Result")

# How long a writer waits for another process that writes.
BUSY_MILLISECONDS = 10_000


def _run(
    connection: sqlite3.Connection, begin: str | None, operation: str, parameters: Any, many: bool
) -> tuple[Any, int, int | None, list[Any]]:
    """In SQLite's thread: description, row count, last row id and all rows of one statement."""
    cursor = connection.cursor()
    try:
        if begin is not None:
            cursor.execute(begin)
        if many:
            cursor.executemany(operation, parameters)
        else:
            cursor.execute(operation, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


def _begin_unless_locked(connection: sqlite3.Connection, begin: str) -> bool:
    """Begin, or say at once that another process holds the lock."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute(begin)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    return True


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """Holds the result of its statement; nothing of it stays open in SQLite."""

    __slots__ = ("_outcome",)
    _awaitable_cursor_close = False  # there is nothing to close

    def __init__(self, adapt_connection: OneTripConnection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = collections.deque()
        self._outcome: tuple[Any, int, int | None] = (None, -1, None)

    @property
    def description(self) -> Any:
        return self._outcome[0]

    @property
    def rowcount(self) -> int:
        return self._outcome[1]

    @property
    def lastrowid(self) -> Any:
        return self._outcome[2]

    def close(self) -> None:
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._travel(operation, parameters if parameters is not None else (), many=False)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._travel(operation, seq_of_parameters, many=True)

    async def _travel(self, operation: str, parameters: Any, *, many: bool) -> None:
        adapter = self._adapt_connection
        assert isinstance(adapter, OneTripConnection)
        connection: Any = self._connection
        async with adapter._execute_mutex:
            begin, adapter.begin_with = adapter.begin_with, None
            adapter.begun = adapter.begun or begin is not None
            here = adapter.brief
            if here and begin is not None:
                here = _begin_unless_locked(connection._conn, begin)
                begin = None if here else begin
            if here:
                *outcome, rows = _run(connection._conn, None, operation, parameters, many)
            else:
                *outcome, rows = await connection._execute(
                    _run, connection._conn, begin, operation, parameters, many
                )
        description, count, last = outcome
        self._outcome = (description, count, last)
        self._rows = collections.deque(rows)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """`begin_with` is the BEGIN that the next statement takes along; `begun` says that one has gone.

    `brief`: the statements of this transaction take microseconds and run on the event loop.
    SQLAlchemy rolls back once more when it puts a connection back; outside a transaction that needs no trip.
    """

    __slots__ = ("begin_with", "begun", "brief")
    _cursor_cls = OneTripCursor  # type: ignore[assignment]
    # aiosqlite's connection, SQLite's own in its `_conn`; SQLAlchemy does not say so.
    _connection: Any

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.begin_with: str | None = None
        self.begun = False
        self.brief = False

    async def write_at_once(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """A transaction of its own for `work`, which takes microseconds and runs on the event loop.

        Only the commit, which waits for the disk, is made in SQLite's thread. Rolled back when `work` raises.
        """
        database: sqlite3.Connection = self._connection._conn
        if not _begin_unless_locked(database, "BEGIN IMMEDIATE"):
            await self._connection._execute(database.execute, "BEGIN IMMEDIATE")
        try:
            result = work(database)
            await self._connection._execute(database.commit)
        except BaseException:
            await self._connection._execute(database.rollback)
            raise
        return result

    def commit(self) -> None:
        self.begin_with = None
        if self.begun:
            super().commit()
            self.begun = False

    def rollback(self) -> None:
        self.begin_with = None
        if self.begun:
            if self.brief:
                # Every reading ends so: nothing waits for the disk, and a trip would wake two threads for it.
                self._connection._conn.rollback()
            else:
                super().rollback()
            self.begun = False


class OneTripDriver(AsyncAdapt_aiosqlite_dbapi):
    """For create_async_engine(module=...)."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> OneTripConnection:
        return OneTripConnection(self, super().connect(*arg, **kw)._connection)

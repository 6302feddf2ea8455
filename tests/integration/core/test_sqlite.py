"""The SQLite driver with one trip per statement keeps the transactions it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from core.database import Database
from core.sqlite import BUSY_MILLISECONDS, OneTripConnection


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"))
    yield database
    await database.close()


async def count(database: Database) -> int:
    async with database.reader.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM things")) or 0)


async def test_what_was_not_committed_is_gone(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("INSERT INTO things VALUES (1, 'a')"))
    assert await count(database) == 0


async def test_a_failed_statement_takes_the_earlier_ones_with_it(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("INSERT INTO things VALUES (1, 'a')"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO things VALUES (1, 'b')"))
    assert await count(database) == 0
    async with database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO things VALUES (1, 'c')"))
    assert await count(database) == 1


async def test_a_reader_sees_one_state_from_its_first_statement_on(database: Database) -> None:
    async with database.reader.connect() as reader:
        before = await reader.scalar(text("SELECT count(*) FROM things"))
        async with database.engine.begin() as writer:
            await writer.execute(text("INSERT INTO things VALUES (1, 'a')"))
        assert await reader.scalar(text("SELECT count(*) FROM things")) == before
    assert await count(database) == 1


async def test_a_second_writer_is_kept_out_from_the_first_statement_on(database: Database) -> None:
    async with database.engine.begin() as first, database.engine.connect() as second:
        await first.execute(text("SELECT count(*) FROM things"))
        # The busy time-out is a setting of the connection; this one is not to wait.
        driver = (await second.get_raw_connection()).driver_connection
        await driver.execute("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            await second.execute(text("SELECT count(*) FROM things"))


async def test_many_rows_and_their_number_come_back(database: Database) -> None:
    rows = [{"id": number, "name": f"n{number}"} for number in range(500)]
    async with database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO things VALUES (:id, :name)"), rows)
        changed = await connection.execute(text("UPDATE things SET name = '' WHERE id < 100"))
        assert changed.rowcount == 100
    async with database.reader.connect() as connection:
        names = (await connection.scalars(text("SELECT name FROM things ORDER BY id"))).all()
    assert names[99] == ""
    assert names[499] == "n499"


async def test_a_brief_transaction_begins_and_ends_like_any_other(database: Database) -> None:
    brief = database.bind(writes=True, brief=True)
    async with brief.begin() as connection:
        await connection.execute(text("INSERT INTO things VALUES (1, 'a')"))
    assert await count(database) == 1
    async with brief.connect() as connection:
        await connection.execute(text("INSERT INTO things VALUES (2, 'b')"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO things VALUES (1, 'c')"))
    assert await count(database) == 1


async def test_a_brief_transaction_waits_for_another_writer_without_stopping_the_server(
    database: Database,
) -> None:
    async def write_briefly() -> None:
        async with database.bind(writes=True, brief=True).begin() as connection:
            await connection.execute(text("INSERT INTO things VALUES (2, 'b')"))

    async with database.engine.begin() as other:
        await other.execute(text("INSERT INTO things VALUES (1, 'a')"))
        waiting = asyncio.create_task(write_briefly())
        # The event loop goes on, and so does the writer it waits for.
        for number in range(3, 10):
            await other.execute(text(f"INSERT INTO things VALUES ({number}, 'c')"))
        assert not waiting.done()
    await waiting
    assert await count(database) == 9


async def test_a_brief_transaction_leaves_its_connection_patient(database: Database) -> None:
    async with database.bind(writes=True, brief=True).begin() as connection:
        await connection.execute(text("INSERT INTO things VALUES (1, 'a')"))
        assert await connection.scalar(text("PRAGMA busy_timeout")) == BUSY_MILLISECONDS


async def test_a_brief_reading_ends_without_a_trip_to_the_thread(database: Database) -> None:
    brief = database.bind(writes=False, brief=True)
    async with brief.connect() as connection:
        await connection.execute(text("SELECT 1"))
        driver = (await connection.get_raw_connection()).dbapi_connection
        assert isinstance(driver, OneTripConnection)
        own, trips = driver._connection, []

        async def trip(work: Callable[..., Any], *given: Any) -> Any:
            trips.append(work)
            return work(*given)

        own._execute = trip
        await connection.rollback()
        await connection.execute(text("SELECT count(*) FROM things"))
        await connection.rollback()
        del own._execute
        assert trips == []
        assert not own._conn.in_transaction
    assert await count(database) == 0

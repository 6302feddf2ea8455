"""Fixtures every test may use: the clock, and a database of each kind with the product's tables."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.migrate import upgrade
from core.clock import FixedClock
from core.database import Database
from core.unit_of_work import UnitOfWorkFactory
from tests import s3, services

_numbers = count(1)


@pytest.fixture
def clock() -> FixedClock:
    """A Monday morning within usual duty hours: 2026-11-23 10:00 in China."""
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


async def _admin(server: str, statement: str) -> None:
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL with a migrated template database; yields its address without a database name."""
    with services.postgres() as server:
        asyncio.run(_admin(server, "DROP DATABASE IF EXISTS bangban_template"))
        asyncio.run(_admin(server, "CREATE DATABASE bangban_template"))
        upgrade(f"{server}/bangban_template")
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    with s3.server() as address:
        yield address


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with services.redis() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of each kind; tests that take it run once on each."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "bangban.sqlite3"
        shutil.copy(template, path)
        return f"sqlite+aiosqlite:///{path}"
    server: str = request.getfixturevalue("postgres_server")
    name = f"bangban_{next(_numbers)}"
    asyncio.run(_admin(server, f"DROP DATABASE IF EXISTS {name}"))
    asyncio.run(_admin(server, f"CREATE DATABASE {name} TEMPLATE bangban_template"))
    return f"{server}/{name}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def uow_factory(database: Database, clock: FixedClock) -> UnitOfWorkFactory:
    return UnitOfWorkFactory(database, clock)

"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import asyncio
import sys

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.migrate import alembic_config
from core.settings import ROOT


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


@pytest.mark.postgres
async def test_servers_that_start_at_once_on_an_empty_database_both_come_up(
    postgres_server: str,
) -> None:
    admin = create_async_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS bangban_empty"))
        await connection.execute(text("CREATE DATABASE bangban_empty"))
    await admin.dispose()
    script = "import sys; from app.migrate import upgrade; upgrade(sys.argv[1])"
    # Processes, as Alembic keeps its context in its module.
    servers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, f"{postgres_server}/bangban_empty", cwd=ROOT
        )
        for _ in range(2)
    ]
    assert [await server.wait() for server in servers] == [0, 0]

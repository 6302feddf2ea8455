"""Alembic's environment. Run through app.migrate, which passes the address; SQLite and PostgreSQL alike."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, event

from app.tables import metadata
from core.database import Database

config = context.config
# Any number will do, as long as nothing else in this database locks it.
MIGRATION_LOCK = 4_071_923
# Made by migrations for one database alone, and no part of the tables that both share.
OF_ONE_DATABASE = frozenset({"ix_ticket_words_grams"})


def _is_shared(_thing: Any, name: str | None, *_rest: Any) -> bool:
    return name not in OF_ONE_DATABASE


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Several servers may start at once; who comes second finds nothing left to do.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    # Batch mode: SQLite cannot alter tables in place.
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True,
        include_object=_is_shared,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"a migration left rows of {broken[0]} without what they refer to")


def _let_tables_be_replaced(connection: Any, _record: Any) -> None:
    """SQLite alters a table by making another and dropping the first, which would delete the rows that refer to it.

    Has to be said before the transaction begins.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


async def _connect() -> None:
    database = Database(config.attributes["url"])
    if database.is_sqlite:
        event.listen(database.engine.sync_engine, "connect", _let_tables_be_replaced)
    async with database.engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await database.close()


asyncio.run(_connect())

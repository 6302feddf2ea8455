"""The database engine, the declarative base and the column types both databases share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CursorResult, DateTime, MetaData, Result, Uuid, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from core.errors import InvalidInput
from core.sqlite import BUSY_MILLISECONDS, OneTripDriver
from core.write_lock import WriteLock

# Fixed names, so that Alembic can find a constraint on both databases.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def affected(result: Result[Any]) -> int:
    """How many rows an INSERT, UPDATE or DELETE has changed."""
    assert isinstance(result, CursorResult)
    return result.rowcount


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite has no time zones, so they are taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not be stored")
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            # On the first or last day there is, told in another zone: what is asked for then is everything.
            value = value.replace(tzinfo=UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant(), dict[str, Any]: JSON(), list[str]: JSON()}


# An id column: native uuid on PostgreSQL, text elsewhere; always a str in Python.
IdColumn = Uuid(as_uuid=False)


class Database:
    """An engine plus what SQLite needs to behave under several writers.

    `write_lock`: SQLite has one writer; waiting in the process is fair and quick, while its own busy
    handler sleeps in growing steps. PostgreSQL needs none.
    """

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.write_lock = WriteLock() if self.is_sqlite else None
        # hide_parameters: an error's text must not carry what citizens wrote into the log.
        options: dict[str, Any] = {
            "hide_parameters": True,
            "pool_size": 8 if self.is_sqlite else pool_size,
            "max_overflow": 4,
        }
        if self.is_sqlite:
            options["module"] = OneTripDriver()
            # Brief transactions run on the event loop's thread, all others on the connection's own.
            options["connect_args"] = {"check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
        self.engine: AsyncEngine = create_async_engine(url, **options)
        event.listen(self.engine.sync_engine, "handle_error", _name_bad_data)
        self.reader: AsyncEngine = self.engine
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            # Same pool; transactions of `reader` begin without asking for the write lock.
            self.reader = self.engine.execution_options(writes=False)
        self._binds = {
            (writes, brief): engine.execution_options(brief=True)
            if brief and self.is_sqlite
            else engine
            for writes, engine in ((True, self.engine), (False, self.reader))
            for brief in (True, False)
        }

    def bind(self, *, writes: bool, brief: bool) -> AsyncEngine:
        """What a transaction runs on. `brief`: a few rows by their keys (core/sqlite.py)."""
        return self._binds[writes, brief]

    async def close(self) -> None:
        await self.engine.dispose()


def _name_bad_data(context: ExceptionContext) -> None:
    """Turn what the database cannot hold (NUL, half a character, a number too large) into InvalidInput.

    Texts come in by many doors; here is the one place they all pass.
    """
    wrong = context.original_exception.__cause__ or context.original_exception
    refused = str(getattr(wrong, "sqlstate", None) or "").startswith("22")  # "data exception"
    unsent = isinstance(wrong, ValueError) and type(wrong).__module__.startswith("asyncpg")
    if refused or unsent or isinstance(wrong, UnicodeEncodeError):
        raise InvalidInput("提交的内容里有无法保存的字符或数值。") from None


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # SQLAlchemy begins the transactions itself (below), so the driver must not.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: an acknowledged message must survive a power cut, not only a killed process.
        cursor.execute("PRAGMA synchronous=FULL")
        # What was deleted or replaced is overwritten: forgotten personal data must not stay readable in the file.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        # A deferred transaction that turns into a writer can fail with SQLITE_BUSY at once; writers say so first.
        options = connection.get_execution_options()
        driver = connection.connection.dbapi_connection
        driver.begin_with = "BEGIN IMMEDIATE" if options.get("writes", True) else "BEGIN"
        driver.brief = options.get("brief", False)

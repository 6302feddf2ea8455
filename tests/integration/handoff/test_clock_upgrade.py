"""Clocks that ran before they stood on the conversation run on after the upgrade, and nobody is closed unasked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.migrate import alembic_config
from core.clock import FixedClock
from core.conversation.models import Conversation
from core.database import Database, IdColumn, Instant
from core.ids import new_id
from core.timers.repository import due_timers
from core.unit_of_work import UnitOfWorkFactory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWED, ASKED, BOT, AGENT, CONTACT = (new_id() for _ in range(5))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    """The PostgreSQL server; empty for SQLite. Starts it outside of any event loop."""
    return request.getfixturevalue("postgres_server") if request.param == "postgresql" else ""


@pytest.fixture
async def old_url(server: str, tmp_path: Path) -> str:
    """A database without any table, of each kind."""
    if not server:
        return f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite3'}"
    admin = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS bangban_old_clocks"))
        await connection.execute(text("CREATE DATABASE bangban_old_clocks"))
    await admin.dispose()
    return f"{server}/bangban_old_clocks"


async def test_conversations_that_are_served_during_the_upgrade_keep_a_clock(old_url: str) -> None:
    config = alembic_config(old_url)
    await asyncio.to_thread(command.upgrade, config, "0009")
    await _as_it_was(old_url)
    await asyncio.to_thread(command.upgrade, config, "head")
    database = Database(old_url)
    uows = UnitOfWorkFactory(database, FixedClock(NOW))
    async with uows.read() as session:
        rows = {row.id: row for row in await session.scalars(select(Conversation))}
        timers = {(timer.kind, timer.subject) for timer in await due_timers(session, NOW)}
    await database.close()
    assert timers == {("clock.service", OWED), ("clock.service", ASKED)}
    # Somebody was already told that this answer is late.
    assert (rows[OWED].answer_due_at, rows[OWED].clock_stage) == (NOW - timedelta(minutes=9), 2)
    assert (rows[ASKED].quiet_since, rows[ASKED].clock_stage) == (NOW - timedelta(minutes=9), 0)
    assert rows[BOT].clock_at is None
    await asyncio.to_thread(command.downgrade, config, "0009")


async def _as_it_was(url: str) -> None:
    database, since = Database(url), NOW - timedelta(minutes=9)
    tables = MetaData()
    async with database.engine.begin() as connection:
        await connection.run_sync(tables.reflect)
        for table in tables.tables.values():
            for column in table.columns:
                if column.name == "id" or column.name.endswith("_id"):
                    named = table.name == "inboxes" or column.name == "inbox_id"
                    column.type = column.type if named else IdColumn
                elif column.name.endswith("_at"):
                    column.type = Instant()
        put = {
            # One open conversation a contact and inbox.
            "inboxes": [
                {"id": f"in-{n}", "channel": "web", "name": "网站", "enabled": True, "config": {}}
                for n in range(3)
            ],
            "contacts": [{"id": CONTACT, "name": "", "region": ""}],
            "conversations": [
                {"id": OWED, "status": "assigned", "owner_id": AGENT},
                {"id": ASKED, "status": "assigned", "owner_id": AGENT},
                {"id": BOT, "status": "bot"},
            ],
        }  # fmt: skip
        common = {
            "channel": "web", "contact_id": CONTACT, "epoch": 2, "last_seq": 3, "visitor_seq": 3,
            "answered_seq": 0, "bot_since_seq": 0, "bot_session": 0, "visitor_read_seq": 0,
            "agent_read_seq": 0, "preview": "", "updated_at": since,
        }  # fmt: skip
        for name, rows in put.items():
            for place, row in enumerate(rows):
                more = {**common, "inbox_id": f"in-{place}"} if name == "conversations" else {}
                values = {"created_at": since, **more, **row}
                await connection.execute(tables.tables[name].insert().values(**values))
        timers = tables.tables["timers"]
        for kind, key in (("clock.answer", OWED), ("clock.idle_reminder", ASKED)):
            row = {"kind": kind, "subject": key, "due_at": since, "payload": {"epoch": 2}}
            await connection.execute(timers.insert().values(**row))
    await database.close()

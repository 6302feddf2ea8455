"""Tickets of the first releases go on after every later migration: with names and phones in their places."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from app.migrate import alembic_config
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import FixedClock
from core.database import Database, IdColumn, Instant
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.access import may_read
from handoff.tickets.life import reading
from handoff.tickets.life.telling import Telling
from handoff.tickets.models import Ticket
from handoff.tickets.types.shipped import add_shipped

AT = datetime(2026, 10, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CLERK, OTHER, FILED, OPEN = (new_id() for _ in range(4))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite3'}"
    server: str = request.getfixturevalue("postgres_server")
    asyncio.run(_make(server))
    return f"{server}/bangban_old_tickets"


async def _make(server: str) -> None:
    admin = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text("DROP DATABASE IF EXISTS bangban_old_tickets"))
        await connection.execute(sa.text("CREATE DATABASE bangban_old_tickets"))
    await admin.dispose()


def _table(called: str, /, **types: sa.types.TypeEngine[object] | type) -> sa.TableClause:
    return sa.table(called, *(sa.column(key, kind) for key, kind in types.items()))  # type: ignore[arg-type]


ACCOUNTS = _table(
    "accounts", id=IdColumn, login=sa.String, name=sa.String, role=sa.String, password_hash=sa.String,
    active=sa.Boolean, created_at=Instant(timezone=True),
)  # fmt: skip
TICKETS = _table(
    "tickets", id=IdColumn, number=sa.String, type=sa.String, title=sa.String, description=sa.Text,
    fields=sa.JSON, priority=sa.String, status=sa.String, version=sa.Integer, source=sa.String,
    assignee_id=IdColumn, resolution=sa.Text, created_at=Instant(timezone=True),
    updated_at=Instant(timezone=True),
)  # fmt: skip
HISTORY = _table(
    "ticket_history", id=IdColumn, ticket_id=IdColumn, version=sa.Integer, at=Instant(timezone=True),
    actor=sa.String, actor_name=sa.String, step=sa.String, to_status=sa.String, reason=sa.Text, data=sa.JSON,
)  # fmt: skip


async def _fill(url: str) -> None:
    database = Database(url)
    said = {"反映的问题": "其他", "姓名": "王芳", "联系电话": "13800001234", "诉求": "道歉"}
    async with database.engine.begin() as connection:
        for id_, login in ((CLERK, "clerk"), (OTHER, "other")):
            await connection.execute(
                ACCOUNTS.insert().values(
                    id=id_, login=login, name=login, role="agent", password_hash="-", active=True,
                    created_at=AT,
                )
            )  # fmt: skip
        for number, (id_, status, who) in enumerate(((FILED, "new", None), (OPEN, "open", OTHER))):
            await connection.execute(
                TICKETS.insert().values(
                    id=id_, number=f"GD20261001-000{number}", type="投诉", title="窗口态度", description="",
                    fields=said, priority="normal", status=status, version=1, source="bot",
                    assignee_id=who, resolution="", created_at=AT, updated_at=AT,
                )
            )  # fmt: skip
            await connection.execute(
                HISTORY.insert().values(
                    id=new_id(), ticket_id=id_, version=1, at=AT, actor=CLERK if who else "bot",
                    actor_name="", step="file", to_status="new", reason="", data={},
                )
            )  # fmt: skip
    await database.close()


async def test_old_tickets_have_their_people_and_go_on_under_their_type(old_url: str) -> None:
    config = alembic_config(old_url)
    await asyncio.to_thread(command.upgrade, config, "0029")
    await _fill(old_url)
    await asyncio.to_thread(command.upgrade, config, "head")
    database = Database(old_url)
    uows = UnitOfWorkFactory(database, FixedClock(NOW))
    async with uows.write() as uow:
        await add_shipped(uow)
    clerk, boss = (
        Actor(CLERK, "clerk", "clerk", Role.AGENT), Actor(OTHER, "other", "other", Role.SUPERVISOR),
    )  # fmt: skip
    async with uows.read() as session:
        filed, opened = await session.get_one(Ticket, FILED), await session.get_one(Ticket, OPEN)
        for ticket in (filed, opened):
            assert (ticket.type, ticket.citizen_name, ticket.citizen_phone) == (
                "complaint", "王芳", "13800001234",
            )  # fmt: skip
            assert ticket.fields == {"反映的问题": "其他", "诉求": "道歉"}
        assert (filed.turn, opened.turn) == ("anybody", "person")
        assert await may_read(session, opened, clerk)
        read = await reading.detail(session, boss, opened, Telling(None))
        # It had been accepted before there were stages.
        assert (read.stage_name, read.type_name) == ("承办", "投诉")
        assert "submit" in read.steps
        assert [(each.name, each.value) for each in read.values] == [
            ("反映的问题", "其他"),
            ("诉求", "道歉"),
        ]
    await database.close()

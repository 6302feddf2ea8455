"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import JSON, MetaData, Table, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.migrate import alembic_config
from core.clock import FixedClock
from core.database import Database, IdColumn, Instant
from core.ids import new_id
from core.settings import ROOT
from core.timers.repository import due_timers
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import listing
from knowledge.articles.categories import Categories
from knowledge.articles.published import published_entries
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.service import content_of


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite3'}"
    server: str = request.getfixturevalue("postgres_server")
    admin = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS bangban_old"))
        await connection.execute(text("CREATE DATABASE bangban_old"))
    await admin.dispose()
    return f"{server}/bangban_old"


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


# An installation of the first release: two articles, one of them with a planned change and an end.
OLD = {
    "kb_articles": [
        {"id": "rent", "key": "fund-rent", "category": "提取", "business": "公积金"},
        {"id": "visit", "key": "visit", "category": "窗口", "business": "综合"},
    ],
    "kb_versions": [
        {"id": "r1", "article_id": "rent", "number": 1, "status": "published", "tags": ["租房"]},
        {"id": "r2", "article_id": "rent", "number": 2, "status": "published", "tags": ["租房"],
         "effective_from": date(2090, 1, 1), "effective_to": date(2099, 12, 31)},
        {"id": "v1", "article_id": "visit", "number": 1, "status": "draft", "created_by": "shipped"},
    ],
}  # fmt: skip
DEFAULTS = {
    "kb_articles": {"source": "import", "question": "问题"},
    "kb_versions": {
        "question": "问题", "similar": ["问法"], "answer_md": "答案",
        "citations": [{"document": "条例", "number": "", "clause": "第一条", "link": ""}],
        "category": "提取", "business": "公积金", "region": "全国", "audience": "public", "next": [], "tags": [],
        "effective_from": None, "effective_to": None, "content_hash": "old", "created_by": "import",
    },
}  # fmt: skip
IDS = {name: new_id() for name in ("rent", "visit", "r1", "r2", "v1")}


async def _fill(url: str) -> None:
    database = Database(url)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.engine.begin() as connection:
        for table, rows in OLD.items():
            reflected = await connection.run_sync(
                lambda sync, name=table: Table(name, MetaData(), autoload_with=sync)
            )
            portable(reflected)
            for row in rows:
                values = DEFAULTS[table] | row | {"id": IDS[row["id"]], "created_at": at}
                if table == "kb_articles":
                    values["updated_at"] = at
                else:
                    values["article_id"] = IDS[row["article_id"]]
                await connection.execute(reflected.insert().values(**values))
    await database.close()


async def test_the_articles_of_the_first_release_survive_every_later_migration(
    empty_database_url: str,
) -> None:
    config = alembic_config(empty_database_url)
    await asyncio.to_thread(command.upgrade, config, "0001")
    await _fill(empty_database_url)
    await asyncio.to_thread(command.upgrade, config, "head")
    database = Database(empty_database_url)
    units = UnitOfWorkFactory(database, FixedClock(datetime(2026, 11, 23, 2, tzinfo=UTC)))
    async with units.read() as session:
        tree = await Categories.load(session)
        rent = await ArticleRepository(session).get(IDS["rent"])
        visit = await ArticleRepository(session).get(IDS["visit"])
        version = await ArticleRepository(session).get_version(IDS["r1"])
        due = await due_timers(session, datetime.now(UTC))
        assert await listing.tags(session, "", 9) == [("租房", 1)]
        held = {e.answer_md for e in await published_entries(session)}
    assert tree.path(rent.category_id) == "公积金/提取"
    assert tree.path(visit.category_id) == "窗口"
    assert tree.file_shipped("公积金/提取") == rent.category_id
    assert (rent.status, rent.number, rent.live, rent.expires_on, rent.author) == (
        "published", 2, True, date(2099, 12, 31), "import",
    )  # fmt: skip
    assert (visit.status, visit.live, visit.expires_on) == ("draft", False, None)
    assert (version.edit, version.authors, version.variants) == (1, ["import"], {})
    assert version.content_hash == content_of(version).content_hash()
    assert [(timer.kind, timer.subject) for timer in due] == [("article.expiry", IDS["rent"])]
    assert held == {"答案"}
    # And back: nobody is stuck on a release.
    await database.close()
    await asyncio.to_thread(command.downgrade, config, "0001")
    await asyncio.to_thread(command.upgrade, config, "head")


def portable(table: Table) -> None:
    """Give reflected columns the types both databases share."""
    for column in table.columns:
        if column.name in ("id", "article_id"):
            column.type = IdColumn
        elif column.name.endswith("_at"):
            column.type = Instant()
        elif column.name in ("similar", "citations", "next", "tags"):
            column.type = JSON()

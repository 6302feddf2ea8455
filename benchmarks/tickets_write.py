"""Writes the tickets that tickets_seed.py has drawn into a database, in bulk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from benchmarks.tickets_seed import NOW, TICKET_COLUMNS, TYPES, Tickets, Town

BATCH = 20_000
_Rows = list[tuple[Any, ...]]
_TYPE = "id", "position", "active", "version", "updated_at"
_VERSION = "type_id", "version", "definition", "by", "at"
_PEOPLE = "id", "login", "name", "role", "password_hash", "active", "department_id", "created_at"


def _people(town: Town) -> list[tuple[Any, ...]]:
    return [
        (each.id, f"{each.role}{number}", each.name, each.role, "-", True, each.department_id, NOW)
        for number, each in enumerate(town.people)
    ]


def _types() -> tuple[_Rows, _Rows]:
    """Each with somebody who dispatches, somebody who handles and somebody who reviews."""
    stages = [
        {"key": "dispatch", "name": "分派", "kind": "dispatch", "next": ["handle"]},
        {"key": "handle", "name": "办理", "kind": "handle", "next": ["review"]},
        {"key": "review", "name": "审核", "kind": "review", "next": ["end"]},
    ]
    versions = [
        (key, 1, json.dumps({"name": key, "flow": {"stages": stages}}), "system", NOW)
        for key in TYPES
    ]
    return [(key, 0, True, 1, NOW) for key in TYPES], versions


def _departments(town: Town) -> list[tuple[Any, ...]]:
    return [(key, name, parent, NOW) for key, name, parent in town.departments]


async def to_postgres(address: str, town: Town, tickets: Tickets) -> None:
    """Into a migrated database; `address` as asyncpg takes it."""
    connection = await asyncpg.connect(address)
    try:
        copy = connection.copy_records_to_table
        names = "id", "name", "parent_id", "created_at"
        await copy("departments", records=_departments(town), columns=names)
        await copy("accounts", records=_people(town), columns=_PEOPLE)
        types, versions = _types()
        await copy("ticket_types", records=types, columns=_TYPE)
        await copy("ticket_type_versions", records=versions, columns=_VERSION)
        # Built at the end, as after a restore: row by row it takes hours.
        await connection.execute("DROP INDEX ix_ticket_words_grams")
        for rows, words, hands in _batches(tickets):
            await copy("tickets", records=rows, columns=TICKET_COLUMNS)
            await copy("ticket_words", records=words, columns=("ticket_id", "words"))
            await copy("ticket_hands", records=hands, columns=("ticket_id", "account_id"))
        await connection.execute(
            "CREATE INDEX ix_ticket_words_grams ON ticket_words USING gin (ticket_grams(words))"
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def to_sqlite(path: str, town: Town, tickets: Tickets) -> None:
    """Into a migrated file."""
    connection = sqlite3.connect(path)
    try:
        _insert(
            connection, "departments", ("id", "name", "parent_id", "created_at"), _departments(town)
        )
        _insert(connection, "accounts", _PEOPLE, _people(town))
        types, versions = _types()
        _insert(connection, "ticket_types", _TYPE, types)
        _insert(connection, "ticket_type_versions", _VERSION, versions)
        for rows, words, hands in _batches(tickets):
            _insert(connection, "tickets", TICKET_COLUMNS, rows)
            _insert(connection, "ticket_words", ("ticket_id", "words"), words)
            _insert(connection, "ticket_hands", ("ticket_id", "account_id"), hands)
            connection.commit()
    finally:
        connection.close()


def _batches(tickets: Tickets) -> Iterator[tuple[_Rows, _Rows, _Rows]]:
    rows: _Rows = []
    words: _Rows = []
    hands: _Rows = []
    for row, said, whose in tickets.rows():
        rows.append(row)
        words.append((row[0], said))
        hands += [(row[0], each) for each in whose]
        if len(rows) == BATCH:
            yield rows, words, hands
            rows, words, hands = [], [], []
    if rows:
        yield rows, words, hands


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: _Rows
) -> None:
    places = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608
        ([_plain(value) for value in row] for row in rows),
    )


def _plain(value: Any) -> Any:
    """As the product stores it: times without a zone, ids without hyphens."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return value

"""The databases that benchmarks.tickets asks: made and filled once in a folder, and kept there for the next run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.migrate import upgrade
from benchmarks.tickets_seed import SEED, Tickets, draw_town
from benchmarks.tickets_write import to_postgres, to_sqlite
from core.processes import free_port
from tests import services

# What an administrator sets first on a machine of a few gigabytes; all else as PostgreSQL's makers ship it.
OPTIONS = ("shared_buffers=1GB", "maintenance_work_mem=256MB", "max_wal_size=4GB")


@contextlib.contextmanager
def postgres(folder: Path, count: int) -> Iterator[str]:
    """A server of its own with `count` tickets in it; yields the product's address of the database."""
    data, port = folder / f"postgres-{count}", free_port()
    binaries, user = services._postgres_bin(), services._unprivileged()
    run_as = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    environment = {"PATH": str(binaries), "LC_ALL": "C", "HOME": str(folder), "TZ": "UTC"}
    fresh = not (data / "PG_VERSION").exists()
    if fresh:
        data.mkdir(parents=True, mode=0o700)
        if user:
            os.chown(data, *user)
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
            check=True, capture_output=True, env=environment, cwd=data, **run_as,
        )  # fmt: skip
    command = [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", data]
    for option in OPTIONS:
        command += ["-c", option]
    with (folder / "postgres.log").open("ab") as log:
        server = subprocess.Popen(
            command, env=environment, cwd=data, stdout=log, stderr=log, **run_as
        )
    try:
        services._wait_for(port, server, "PostgreSQL")
        asyncio.run(services._wait_until_started(port))
        address = f"postgres@127.0.0.1:{port}/postgres"
        if fresh:
            upgrade(f"postgresql+asyncpg://{address}")
            chance = random.Random(SEED)
            town = draw_town(chance)
            asyncio.run(to_postgres(f"postgresql://{address}", town, Tickets(count, town, chance)))
        yield f"postgresql+asyncpg://{address}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(120)


@contextlib.contextmanager
def sqlite(folder: Path, count: int) -> Iterator[str]:
    """A file with `count` tickets in it; yields its address."""
    path = folder / f"tickets-{count}.sqlite3"
    address = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        upgrade(f"sqlite+aiosqlite:///{making}")
        chance = random.Random(SEED)
        town = draw_town(chance)
        to_sqlite(str(making), town, Tickets(count, town, chance))
        making.rename(path)
    yield address

"""Servers for the people's benchmark: the product on SQLite and on PostgreSQL with its agents, and the bare relay."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.container import build
from app.install import prepare
from app.migrate import upgrade
from benchmarks.processes import Started, answers, cpu_seconds, memory_mb
from core.auth.permissions import Role
from core.auth.service import create_account
from core.processes import free_port
from core.settings import ROOT, Settings
from tests import services

SQLITE, POSTGRES, RELAY = "SQLite", "PostgreSQL", "bare relay"
PASSWORD = "bench only, never anywhere else"


async def make_agents(settings: Settings, number: int, capacity: int) -> list[str]:
    """A new home with so many agents; their tokens. They supervise, so that they may take over from the bot."""
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    container = build(settings)
    try:
        await prepare(container)
        tokens = []
        for place in range(number):
            login = f"agent{place}"
            async with container.uows.write() as uow:
                account = await create_account(
                    uow, login=login, name=f"坐席{place}", role=Role.SUPERVISOR, password=PASSWORD,
                    actor="bench",
                )  # fmt: skip
            await container.people.agents.set_capacity(account.id, capacity, actor="bench")
            _, token = await container.auth.login(login, PASSWORD, f"place {place}")
            tokens.append(token)
    finally:
        await container.close()
    return tokens


class Server:
    """`bangban serve`, or the relay: started, measured, ended."""

    def __init__(
        self, name: str, command: list[str], env: dict[str, str], port: int, log: Path,
        database: int | None = None,
    ) -> None:  # fmt: skip
        self.url = f"http://127.0.0.1:{port}"
        self._name, self._command, self._env, self._log = name, command, env, log
        self._database = database
        self._started: Started | None = None

    def start(self) -> None:
        self._started = Started(self._name, self._command, env=self._env, cwd=ROOT, log=self._log)
        self._started.wait_until(lambda: answers(f"{self.url}/healthz"))

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()
            self._started = None

    @property
    def process(self) -> psutil.Process:
        assert self._started is not None
        return self._started.process

    def cpu(self) -> dict[str, float]:
        """Seconds computed so far, by who did."""
        used = {"server": cpu_seconds(self.process)}
        if self._database is not None:
            postmaster = psutil.Process(self._database)
            backends = [postmaster, *postmaster.children(recursive=True)]
            used["database"] = sum(cpu_seconds(one) for one in backends)
        return used

    def memory(self) -> float:
        """Resident, in KB."""
        return memory_mb(self.process)["rss"] * 1024


def product(
    name: str, home: Path, database_url: str, database: int | None = None
) -> tuple[Server, Settings]:
    """The product with the settings it ships with. No Rasa: people talk to people."""
    home.mkdir(parents=True)
    settings = Settings(home=home, port=free_port(), database_url=database_url)
    env = {
        "BANGBAN_HOME": str(home), "PORT": str(settings.port), "BANGBAN_SIMULATORS": "false",
        "BANGBAN_DATABASE_URL": database_url, "BANGBAN_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    program = Path(sys.executable).with_name("bangban")
    command = [str(program), "serve"]
    return Server(name, command, env, settings.port, home / "server.log", database), settings


def relay(folder: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.relay", str(port)]
    return Server(RELAY, command, {}, port, folder / "relay.log")


@contextlib.contextmanager
def postgres() -> Iterator[tuple[str, int]]:
    """The address of an empty database on a PostgreSQL that waits for the disk, and its process."""
    with services.postgres(durable=True) as server:
        yield f"{server}/bangban", asyncio.run(_create_database(server))


async def _create_database(server: str) -> int:
    """The process id of the server's postmaster."""
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("CREATE DATABASE bangban"))
        backend = await connection.scalar(text("SELECT pg_backend_pid()"))
        postmaster = psutil.Process(backend).ppid()
    await engine.dispose()
    return postmaster

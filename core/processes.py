"""A child process that is started, watched and ended with its parent: Rasa and the simulators in the default set-up."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

STOP_SECONDS = 8.0
# Seconds before the next start after the 1st, 2nd ... early death.
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
# Alive for so long, a process counts as healthy and its next death as a first one.
STEADY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec nothing may be loaded any more.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def free_port() -> int:
    """A port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    # Linux: the child is ended even when the parent is killed with SIGKILL and cannot clean up.
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class ChildProcess:
    """Runs `command`: `launch`, then `watch` in a task, then `stop`. Its output goes to `log_file`."""

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
        self.log_file = log_file
        self._command = [str(part) for part in command]
        self._env = {**os.environ, **env}
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and running else None

    def launch(self) -> None:
        """Start it, without waiting for anything.

        Call it from a thread that lives as long as the server: on Linux the child ends when that thread does.
        """
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self._started = time.monotonic()
        with self.log_file.open("ab") as output:
            # Its own session: Ctrl-C at the terminal reaches only the parent, which ends its children in order.
            self._process = subprocess.Popen(
                self._command, env=self._env, cwd=self._cwd, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    async def watch(self) -> None:
        """Start it again whenever it dies, ever more slowly while it dies early. Ends after `stop`."""
        deaths = 0
        while not self._stopping and self._process is not None:
            status = await asyncio.to_thread(self._process.wait)
            if self._stopping:
                return
            steady = time.monotonic() - self._started > STEADY_SECONDS
            deaths = 1 if steady else deaths + 1
            wait = BACKOFF[min(deaths, len(BACKOFF)) - 1]
            log.warning(
                "%s ended with status %s; see %s; starting again in %.0f s",
                self.name,
                status,
                self.log_file,
                wait,
            )
            await asyncio.sleep(wait)
            if not self._stopping:
                self.launch()

    def kill(self) -> None:
        """End it at once, as it does not answer; `watch` starts it again."""
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def stop(self) -> None:
        """End the process and what it started: asked first, killed when it does not listen."""
        self._stopping = True
        process = self._process
        if process is None or process.poll() is not None:
            return
        for step in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, step)
            except ProcessLookupError:
                log.debug("%s had ended already", self.name)
            try:
                await asyncio.to_thread(process.wait, STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
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

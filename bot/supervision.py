"""Starts, watches and stops the Rasa process that belongs to this server: `bangban run`, tests, benchmarks."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from bot.training import rasa_environment, rasa_python
from core.errors import Unavailable

log = logging.getLogger(__name__)

START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 8.0
# A process that keeps dying is restarted ever more slowly, up to this.
LONGEST_PAUSE_SECONDS = 60.0


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RasaProcess:
    """One Rasa server on the loopback interface. `start`, then `watch` in a task, then `stop`."""

    def __init__(
        self,
        root: Path,
        model: Path,
        *,
        token: str,
        action_url: str,
        log_file: Path,
        port: int | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.port = port or free_port()
        self._root = root
        self._model = model
        self._token = token
        self._action_url = action_url
        self.log_file = log_file
        self._pause = pause
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs: memory figures of `make bench`."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def launch(self) -> None:
        """Start the process without waiting for it to be ready.

        Call it from a thread that lives as long as the server: Rasa ends when that thread does (serve.py).
        """
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        command = [
            str(rasa_python(self._root)), "-m", "bot.components.serve",
            "--model", str(self._model), "--port", str(self.port), "--with-parent",
        ]  # fmt: skip
        environment = rasa_environment(self._root) | {
            "BANGBAN_RASA_TOKEN": self._token,
            "BANGBAN_ACTION_URL": self._action_url,
        }
        with self.log_file.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches the server alone, which then stops Rasa.
            self._process = subprocess.Popen(
                command,
                cwd=self._root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def start(self) -> None:
        """Start and wait until the model is loaded. Raises Unavailable, naming the log, when it does not come up."""
        self.launch()
        await self.wait_ready()

    async def wait_ready(self) -> None:
        """Wait until the launched process answers with its model loaded."""
        try:
            async with asyncio.timeout(START_TIMEOUT_SECONDS), httpx.AsyncClient() as client:
                while not await self._is_ready(client):
                    if self._process is None or self._process.poll() is not None:
                        raise Unavailable(
                            f"Rasa 没有启动成功，原因见 {self.log_file}。", part="rasa"
                        )
                    await self._pause(0.1)
        except TimeoutError as error:
            raise Unavailable(f"Rasa 启动超时，见 {self.log_file}。", part="rasa") from error

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            response = await client.get(
                f"{self.url}/status", params={"token": self._token}, timeout=2.0
            )
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def watch(self) -> None:
        """Restart Rasa whenever it dies, until `stop`. Runs as a task of the server."""
        pause = 1.0
        while not self._stopping:
            process = self._process
            if process is not None:
                code = await asyncio.to_thread(process.wait)
                if self._stopping:
                    return
                log.error("Rasa ended with status %s; starting it again in %.0f s", code, pause)
            await self._pause(pause)
            if self._stopping:
                return
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self.launch()
            try:
                await self.wait_ready()
                pause = 1.0
            except Unavailable as error:
                log.error("Rasa did not come back: %s", error.message)

    async def stop(self) -> None:
        """End the process: asked politely first, killed when it does not listen."""
        self._stopping = True
        process = self._process
        if process is None or process.poll() is not None:
            return
        _signal(process, signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("Rasa did not end by itself and is killed")
            _signal(process, signal.SIGKILL)
            await asyncio.to_thread(process.wait)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the process and what it started; it leads a session of its own."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        log.debug("Rasa had ended already")

"""Servers in processes of their own, which can be killed, and a stand-in for Rasa that can be held up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request

from core.processes import free_port
from core.settings import ROOT, Settings
from tests.integration.app.clients import PATIENCE


class RasaStandIn:
    """Speaks Rasa's REST channel: echoes, after `let_go` while `hold` is on. `asked` are the texts it got."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hold = False
        self.port = free_port()
        self._gate = asyncio.Event()
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def let_go(self) -> None:
        self.hold = False
        self._gate.set()

    async def is_asked(self, text: str, times: int = 1) -> None:
        """Wait until it has been asked `text` so often."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.asked.count(text) >= times)

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/status")
        async def status() -> dict[str, str]:
            return {"model_file": "stand-in"}

        @app.post("/webhooks/rest/webhook")
        async def webhook(request: Request) -> list[dict[str, Any]]:
            text = (await request.json())["message"]
            async with self._news:
                self.asked.append(text)
                self._news.notify_all()
            if self.hold:
                await self._gate.wait()
            return [{"text": f"您说：{text}"}]

        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RasaStandIn]:
        server = uvicorn.Server(
            uvicorn.Config(self._app(), port=self.port, log_config=None, access_log=False)
        )
        # Signals are the test run's.
        server.capture_signals = nullcontext  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve())
        try:
            yield self
        finally:
            self.let_go()
            server.should_exit = True
            await serving


class ServerProcess:
    """The server of launch.py as a child process."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.url = f"http://{settings.host}:{settings.port}"
        self.log = folder / "server.log"
        fields = {
            "home", "database_url", "redis_url", "encoder", "model_dir", "rasa_url", "port", "log_level",
            "rasa_timeout_seconds",
        }  # fmt: skip
        self._env = os.environ | {
            f"BANGBAN_{name.upper()}": str(getattr(settings, name)) for name in fields
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.integration.app.launch",
                cwd=ROOT, env=self._env, stdout=output, stderr=output,
            )  # fmt: skip
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            async with asyncio.timeout(60):
                while not await _answers(http):
                    if self._process.returncode is not None:
                        raise RuntimeError(self.log.read_text("utf-8")[-2000:])
                    await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """As the power cut does: no chance to tidy up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(number)
            await process.wait()


async def _answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/healthz")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False

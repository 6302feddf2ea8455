"""A Rasa that is alive and does not answer is killed and started again; one that is slow to load is left alone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot import supervision
from bot.supervision import RasaProcess
from core import processes
from core.processes import wait_until
from core.settings import ROOT

# Answers /status like Rasa, once the file "ready" is there.
SERVER = """
import http.server, pathlib, sys
class Status(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = pathlib.Path(sys.argv[2], "ready").exists()
        self.send_response(200 if ready else 503)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Status).serve_forever()
"""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "BACKOFF", (0.01,))
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(supervision, "ANSWER_SECONDS", 2.0)
    monkeypatch.setattr(supervision, "LOOKS", 2)


@pytest.fixture
async def rasa(tmp_path: Path) -> AsyncIterator[RasaProcess]:
    rasa = RasaProcess(
        ROOT, tmp_path / "model", token="t", action_url="http://127.0.0.1:9", log_file=tmp_path / "log"
    )  # fmt: skip
    rasa._command = [sys.executable, "-c", SERVER, str(rasa.port), str(tmp_path)]
    rasa.launch()
    watching = asyncio.create_task(rasa.watch())
    yield rasa
    await rasa.stop()
    await watching


async def test_a_hanging_process_is_replaced(rasa: RasaProcess, tmp_path: Path) -> None:
    (tmp_path / "ready").touch()
    await rasa.wait_ready()
    first = rasa.pid
    assert first is not None
    async with httpx.AsyncClient() as client:
        os.kill(first, signal.SIGSTOP)

        async def back() -> bool:
            return rasa.pid not in (None, first) and await rasa.answers(client)

        assert await wait_until(back, seconds=90)


async def test_a_process_that_has_not_answered_yet_may_take_its_time(
    rasa: RasaProcess, tmp_path: Path
) -> None:
    first = rasa.pid
    asked: list[bool] = []
    answers = rasa.answers

    async def counted(client: httpx.AsyncClient, seconds: float = 2.0) -> bool:
        asked.append(await answers(client, seconds))
        return asked[-1]

    rasa.answers = counted  # type: ignore[method-assign]

    async def looked_often() -> bool:
        return len(asked) > 5

    assert await wait_until(looked_often, seconds=90)
    assert not any(asked)
    assert rasa.pid == first

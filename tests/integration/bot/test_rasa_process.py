"""The Rasa process: restarted when it dies, ended with its server, lean, and bounded in memory."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from bot.client import RasaBot
from bot.supervision import RasaProcess
from bot.training import rasa_environment, rasa_python, train
from core import processes
from core.errors import Unavailable
from core.processes import wait_until
from core.settings import ROOT, Settings

pytestmark = pytest.mark.rasa


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "BACKOFF", (0.01,))


def process(model: Path, log_file: Path) -> RasaProcess:
    return RasaProcess(
        ROOT,
        model,
        token="t",
        action_url="http://127.0.0.1:9/webhook",
        log_file=log_file,
    )


async def test_rasa_is_started_again_when_it_dies_and_ends_when_told(tmp_path: Path) -> None:
    model = (await asyncio.to_thread(train, ROOT, Settings().model_dir)).model
    rasa = process(model, tmp_path / "rasa.log")
    await rasa.start()
    first = rasa.pid
    assert first is not None
    watching = asyncio.create_task(rasa.watch())
    async with httpx.AsyncClient() as client:
        bot = RasaBot(rasa.url, "t", client)
        assert await bot.healthy()
        os.kill(first, signal.SIGKILL)

        async def back() -> bool:
            return rasa.pid not in (None, first) and await bot.healthy()

        assert await wait_until(back, seconds=90)
        await rasa.stop()
        await watching
        assert rasa.pid is None
        assert not await bot.healthy()


async def test_a_rasa_that_cannot_start_names_its_log(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    await asyncio.to_thread(broken.write_text, "no model")
    rasa = process(broken, tmp_path / "logs" / "rasa.log")
    try:
        with pytest.raises(Unavailable, match=r"rasa\.log"):
            await rasa.start()
    finally:
        await rasa.stop()


def run_inside_rasa(script: str) -> str:
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", script],
        cwd=ROOT,
        env=rasa_environment(ROOT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_tensorflow_stays_out_of_the_process() -> None:
    script = """
import sys
from bot.components import lean
lean.install()
import rasa.core.run, rasa.model_training, rasa.engine.recipes.default_components
print("tensorflow" in sys.modules)
"""
    assert run_inside_rasa(script).strip() == "False"


def test_the_tracker_store_forgets_the_conversation_that_was_silent_longest() -> None:
    script = """
import asyncio
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from bot.components.tracker_store import BoundedTrackerStore

async def main():
    store = BoundedTrackerStore(Domain.empty(), max_conversations=2)
    for sender in ("a", "b", "a", "c"):
        await store.save(DialogueStateTracker(sender, []))
    print(sorted(await store.keys()))

asyncio.run(main())
"""
    assert run_inside_rasa(script).strip() == "['a', 'c']"

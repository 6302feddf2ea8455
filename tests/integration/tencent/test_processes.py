"""Eight cold processes on one database and one WeChat: the token is fetched once."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import httpx
import pytest

from simulators.wechat.app import build_app
from simulators.wechat.settings import WeChatSettings
from tests.integration.wechat.test_sockets import listen, serving

ROOT = Path(__file__).parents[3]
WORKERS = 8
UNKNOWN_CITIZEN = 40003


async def begin(database_url: str, base: str, secret: str) -> Process:
    module = "tests.integration.tencent.worker"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, database_url, base, secret, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )


async def heard(worker: Process) -> str:
    assert worker.stdout is not None
    return (await worker.stdout.readline()).decode().strip()


# One process is the most that SQLite is for.
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_eight_cold_processes_fetch_the_token_once(database_url: str) -> None:
    settings = WeChatSettings(
        callback_url="http://nowhere.invalid/", app_id="wx1234567890abcdef", app_secret="the-app-secret"
    )  # fmt: skip
    listener, base = listen()
    async with serving(build_app(settings), listener), httpx.AsyncClient(trust_env=False) as http:
        workers = [await begin(database_url, base, settings.app_secret) for _ in range(WORKERS)]
        assert [await heard(worker) for worker in workers] == ["ready"] * WORKERS
        # Slow enough that all of them come while the first is being answered.
        fault = {"path": "/cgi-bin/stable_token", "kind": "slow", "seconds": 0.5, "times": 1}
        await http.post(f"{base}/_control/faults", json=fault)
        outputs = await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))
        calls = (await http.get(f"{base}/_control/state")).json()["calls"]
    assert [json.loads(output[0]) for output in outputs] == [[UNKNOWN_CITIZEN] * 3] * WORKERS
    assert calls["/cgi-bin/stable_token"] == 1
    assert calls["/cgi-bin/message/custom/typing"] == 3 * WORKERS

"""The example client of the page, taken from it and run against a served portal channel."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.clock import FixedClock
from core.processes import free_port
from core.settings import ROOT
from tests.integration.webhook.conftest import ADMIN, World, on_sqlite
from tests.integration.webhook.portal import INBOX, PATH, served

EXAMPLE = re.compile(r"<!-- example client -->\n```python\n(.*?)```", re.DOTALL)
SECONDS = 20


@pytest.fixture
def clock() -> FixedClock:
    """The client's clock is the machine's, and both may differ by five minutes."""
    return FixedClock(datetime.now(UTC))


def example() -> str:
    found = EXAMPLE.search((ROOT / "docs" / "webhook.md").read_text("utf-8"))
    assert found is not None
    return found[1]


def test_the_example_has_at_most_forty_lines_and_needs_nothing_installed() -> None:
    assert len(example().splitlines()) <= 40
    imported = re.findall(r"^(?:import|from) (.+?)(?: import .*)?$", example(), re.MULTILINE)
    modules = {each.strip().partition(".")[0] for line in imported for each in line.split(",")}
    assert modules <= sys.stdlib_module_names


async def notice(client: Process, type: str) -> dict[str, Any]:
    """The next of its kind that the client prints."""
    assert client.stdout is not None
    async with asyncio.timeout(SECONDS):
        while line := await client.stdout.readline():
            found: dict[str, Any] = json.loads(line)
            if found["type"] == type:
                return found
    raise AssertionError("the client ended")


@on_sqlite
async def test_the_example_talks_with_the_bot_and_refuses_strangers(
    world: World, tmp_path: Path
) -> None:
    script, port = tmp_path / "client.py", free_port()
    script.write_text(example(), "utf-8")
    await world.connect(f"http://127.0.0.1:{port}/")
    async with served(world.app) as url:
        about = {
            "BANGBAN_ADDRESS": url + PATH,
            "BANGBAN_SECRET": world.sender.secret,
            "PORT": str(port),
        }
        client = await asyncio.create_subprocess_exec(
            sys.executable, str(script), stdin=PIPE, stdout=PIPE, env={**os.environ, **about}
        )
        assert client.stdin is not None
        try:
            client.stdin.write("怎么提取公积金\n".encode())
            await arrived(world)
            await world.settle()
            answered = await notice(client, "message.created")
            tried = (await world.admin.post(f"{ADMIN}/{INBOX}/test")).json()
        finally:
            client.stdin.close()
            client.kill()
            await client.wait()
    assert answered["data"]["message"]["content"]["text"] == "您说：怎么提取公积金"
    assert answered["contact"] == {"id": "u-1"}
    assert (tried["ok"], tried["checks_signature"]) == (True, True)


async def arrived(world: World) -> None:
    """Until the client's event was stored. It listens before it reads its first line, so it can be answered then."""
    async with asyncio.timeout(SECONDS), world.news:
        await world.news.wait_for(lambda: any(e.name == "message.created" for e in world.events))

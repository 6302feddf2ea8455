"""The example client of docs/tickets-api.md, taken from the page and run against a served API; and the simulator."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.people import build_people
from core.clock import FixedClock
from core.processes import free_port
from core.settings import ROOT
from handoff.tickets.life.endpoints import build_router as build_tickets
from handoff.tickets.models import Ticket
from simulators.office.app import OfficeSettings, build_app
from tests.fakes import InternalArticles
from tests.integration.office.conftest import API, CITIZEN, World, on_sqlite
from tests.integration.webhook.portal import served

EXAMPLE = re.compile(r"<!-- example client -->\n```python\n(.*?)```", re.DOTALL)
SECONDS = 20


@pytest.fixture
def clock() -> FixedClock:
    """The client's clock is the machine's, and both may differ by five minutes."""
    return FixedClock(datetime.now(UTC))


def example() -> str:
    found = EXAMPLE.search((ROOT / "docs" / "tickets-api.md").read_text("utf-8"))
    assert found is not None
    return found[1]


def test_the_example_is_short_and_needs_nothing_installed() -> None:
    assert len(example().splitlines()) <= 60
    imported = re.findall(r"^(?:import|from) (.+?)(?: import .*)?$", example(), re.MULTILINE)
    modules = {each.strip().partition(".")[0] for line in imported for each in line.split(",")}
    assert modules <= sys.stdlib_module_names


@dataclass
class Connected:
    """What an administrator hands to an office: the API's address, its key, its secret."""

    api: str
    token: str
    secret: str
    endpoint_id: str
    department_id: str


@asynccontextmanager
async def connected(world: World, url: str) -> AsyncIterator[Connected]:
    """The API on a port, and an office whose events go to `url`."""
    people = build_people(world.uows, InternalArticles())
    world.app.include_router(build_tickets(people.tickets, world.office.once), prefix="/api/v1")
    here = await world.department("信贷科")
    body = {"name": "OA", "url": url, "department_ids": [here], "personal": "full"}
    endpoint = (await world.admin.post(API, json=body)).json()
    wanted = {"name": "办公系统", "sees": "group", "department_ids": [here]}
    key = (await world.admin.post("/api/v1/keys", json=wanted)).json()
    async with served(world.app) as address:
        yield Connected(
            f"{address}/api/v1", key["token"], endpoint["secret"], endpoint["endpoint"]["id"], here
        )


async def line(client: Process, wanted: str) -> dict[str, Any]:
    """The next that the client prints with `wanted` in it."""
    assert client.stdout is not None
    async with asyncio.timeout(SECONDS):
        while text := await client.stdout.readline():
            if wanted in text.decode():
                found: dict[str, Any] = json.loads(text)
                return found
    raise AssertionError("the client ended")


@on_sqlite
async def test_the_example_takes_events_answers_tickets_and_refuses_strangers(
    world: World, tmp_path: Any
) -> None:
    script, port = tmp_path / "client.py", free_port()
    script.write_text(example(), "utf-8")
    async with connected(world, f"http://127.0.0.1:{port}/") as office:
        about = {
            "BANGBAN_API": office.api, "BANGBAN_TOKEN": office.token,
            "BANGBAN_SECRET": office.secret, "PORT": str(port),
        }  # fmt: skip
        client = await asyncio.create_subprocess_exec(
            sys.executable, str(script), stdin=PIPE, stdout=PIPE, env={**os.environ, **about}
        )
        assert client.stdin is not None
        try:
            await line(client, "listening")
            ticket = await world.file(
                1, type="consultation", department_id=office.department_id, turn="department",
                **CITIZEN,
            )  # fmt: skip
            await world.settle()
            told = await line(client, "ticket.file")
            client.stdin.write(f"{ticket} 款项已划出，请查收。\n".encode())
            answered = await line(client, "answered")
            await world.settle()
            resolved = await line(client, "ticket.resolve")
            tried = (await world.admin.post(f"{API}/{office.endpoint_id}/test")).json()
        finally:
            client.stdin.close()
            client.kill()
            await client.wait()
    assert told["data"]["ticket"]["citizen"]["phone"] == "13800001234"
    assert answered == {"answered": "resolved"}
    assert resolved["data"]["step"]["by_name"] == "办公系统"
    assert (tried["ok"], tried["checks_signature"]) == (True, True)


@on_sqlite
async def test_the_simulated_office_answers_returns_and_survives_its_own_faults(
    world: World,
) -> None:
    port = free_port()
    async with connected(world, f"http://127.0.0.1:{port}/events") as office:
        settings = OfficeSettings(
            secret=office.secret, api=office.api, key=office.token,
            department_id=office.department_id, department="信贷科",
        )  # fmt: skip
        stand_in = build_app(settings, pause=0.01)
        async with (
            served(stand_in) as address,
            httpx.AsyncClient(base_url=address, trust_env=False, timeout=20) as desk,
        ):
            # Its port is another one than was entered: the address is changed, as in a demo.
            wanted = {
                "name": "OA", "url": f"{address}/events", "department_ids": [office.department_id],
                "personal": "full",
            }  # fmt: skip
            await world.admin.put(f"{API}/{office.endpoint_id}", json=wanted)
            here = {
                "type": "consultation",
                "department_id": office.department_id,
                "turn": "department",
            }
            first, second = await world.file(1, **here), await world.file(2, **here)
            for fault in ("down", "lost"):
                await desk.post("/faults", json={"kind": fault})
            await world.settle()
            await world.later(seconds=30)
            await world.later(seconds=30)
            shown = (await desk.get("/tickets")).json()
            assert [each["id"] for each in shown["tickets"]] == [second, first]
            assert shown["repeats"] == 1
            await desk.post("/faults", json={"kind": "deaf"})
            said = await desk.post(f"/tickets/{first}/answer", json={"text": "已划出，请查收。"})
            assert said.json()["status"] == "resolved"
            # The step whose answer was not heard was taken once.
            async with world.uows.read() as session:
                assert (await session.get_one(Ticket, first)).version == 3
            back = await desk.post(f"/tickets/{second}/return", json={"text": "不归我们管"})
            assert back.json()["ok"] is True, back.text
            await world.settle()
            shown = (await desk.get("/tickets")).json()
            assert {each["id"]: each["ours"] for each in shown["tickets"]} == {
                first: True, second: False,
            }  # fmt: skip
            forged = await desk.post("/events", content=b"{}", headers={"webhook-id": "x"})
            assert forged.status_code == 401

"""Addresses that lead where nobody may call, servers that are killed, and what strangers try."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import Response

from core.clock import FixedClock
from core.outbox.worker import LEASE
from core.settings import ROOT
from core.webhooks import signatures
from tests.integration.office.conftest import API, World, on_sqlite
from tests.integration.webhook.portal import Heard

SECONDS = 30


@on_sqlite
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://oa.example.gov.cn/events", "not_https"),
        ("https://169.254.169.254/latest/meta-data", "special_address"),
        ("https://[fe80::1]/", "special_address"),
        ("https://[::ffff:169.254.169.254]/", "special_address"),
        ("https://0.0.0.0/", "special_address"),
        ("https://user:word@oa.example.gov.cn/", "credentials"),
        ("file:///etc/passwd", "malformed"),
        ("https://", "malformed"),
        ("https://oa.example.gov.cn/ x", "malformed"),
    ],
)
async def test_no_endpoint_stands_where_nobody_may_be_called(
    world: World, url: str, reason: str
) -> None:
    made = await world.admin.post(API, json={"name": "OA", "url": url})
    assert made.status_code == 422
    assert made.json()["error"]["details"] == {"field": "url", "reason": reason}


@on_sqlite
async def test_a_name_that_turns_to_the_clouds_metadata_is_not_called(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await world.connect()

    async def turned(_host: str, _port: int) -> list[str]:
        return ["169.254.169.254"]

    monkeypatch.setattr(world.office.delivering._poster._outside, "_find", turned)
    await world.file(1)
    await world.settle()
    state = await world.endpoint(id)
    assert world.receiver.heard == []
    assert "不允许访问" in state["last_error"]
    assert state["waiting"] == 1


@on_sqlite
async def test_redirects_are_not_followed(world: World) -> None:
    id = await world.connect()
    world.receiver.always(307, location=f"{world.receiver.url}/elsewhere")
    await world.file(1)
    await world.settle()
    assert len(world.receiver.heard) == 1
    assert "跳转" in (await world.endpoint(id))["last_error"]


@on_sqlite
async def test_only_administrators_see_and_change_what_is_connected(world: World) -> None:
    id = await world.connect()
    made = await world.admin.post("/api/v1/keys", json={"name": "OA", "sees": "all"})
    for token in ("", made.json()["token"]):
        headers = {"authorization": f"Bearer {token}"}
        for method, path in (
            ("GET", API), ("POST", API), ("PUT", f"{API}/{id}"), ("DELETE", f"{API}/{id}"),
            ("POST", f"{API}/{id}/secret"), ("DELETE", f"{API}/{id}/secret"),
            ("POST", f"{API}/{id}/test"), ("POST", f"{API}/{id}/retry"),
            ("POST", f"{API}/{id}/skip"), ("GET", f"{API}/deliveries"),
            ("POST", "/api/v1/keys"), ("GET", "/api/v1/keys"),
        ):  # fmt: skip
            answer = await world.admin.request(method, path, headers=headers, json={})
            assert answer.status_code in (401, 403), (method, path)


@on_sqlite
async def test_a_secret_is_changed_without_a_gap_and_what_is_deleted_is_gone(world: World) -> None:
    shown = (await world.admin.post(API, json={"name": "OA", "url": world.receiver.url})).json()
    id, first = shown["endpoint"]["id"], shown["secret"]
    second = (await world.admin.post(f"{API}/{id}/secret", json={"keep_hours": 2})).json()["secret"]
    ticket = await world.file(1)
    await world.settle()
    both = world.receiver.heard[0]
    for secret in (first, second):
        signatures.check(signatures.read_headers(both.headers), both.raw, [secret])
    await world.admin.delete(f"{API}/{id}/secret")
    await world.step(ticket)
    await world.settle()
    signed = signatures.read_headers(world.receiver.heard[1].headers)
    signatures.check(signed, world.receiver.heard[1].raw, [second])
    assert len(signed.signatures) == 1
    world.receiver.always(500)
    await world.step(ticket)
    await world.settle()
    assert (await world.admin.delete(f"{API}/{id}")).status_code == 204
    assert await world.waiting() == []
    assert await world.log() == []
    await world.step(ticket)
    assert await world.waiting() == []


class TestKilled:
    @pytest.fixture
    def clock(self) -> FixedClock:
        """The killed server's clock is the machine's."""
        return FixedClock(datetime.now(UTC))

    async def test_a_server_that_is_killed_while_it_delivers_loses_nothing_and_overtakes_nothing(
        self, world: World, database_url: str, tmp_path: Path
    ) -> None:
        await world.connect()
        ticket = await world.file(1)
        for _ in range(11):
            await world.step(ticket)
        command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
        server = await asyncio.create_subprocess_exec(
            *command, database_url, str(tmp_path / "home"), cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        killed = asyncio.Event()

        async def answer(heard: Heard) -> Response:
            if heard.event["data"]["ticket"]["version"] == 6 and not killed.is_set():
                # Taken, and nobody hears it.
                os.kill(server.pid, signal.SIGKILL)
                await server.wait()
                killed.set()
            return Response(status_code=204)

        world.receiver.answer = answer
        async with asyncio.timeout(SECONDS):
            await killed.wait()
        await world.settle()
        # What it had taken is its own until the lease is over.
        assert [version for _, _, version in world.heard()] == [1, 2, 3, 4, 5, 6]
        await world.later(seconds=LEASE.total_seconds() + SECONDS)
        versions = [version for _, _, version in world.heard()]
        assert versions == [1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12]
        ids = [heard.id for heard in world.receiver.heard]
        assert ids[5] == ids[6]
        assert len(set(ids)) == 12

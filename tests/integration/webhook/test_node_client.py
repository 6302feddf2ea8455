"""The portal's client in Node (examples/portal-client), run against a served portal channel with a real desk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import delete

from core.clock import FixedClock
from core.outbox.models import OutboxRow
from core.processes import free_port
from core.settings import ROOT
from core.webhooks import signatures
from tests.integration.webhook.conftest import ADMIN, World, on_sqlite
from tests.integration.webhook.portal import INBOX, PATH, served

CLIENT = ROOT / "examples" / "portal-client" / "client.mjs"
SECONDS = 20
STRANGER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture
def clock() -> FixedClock:
    """The client's clock is the machine's, and both may differ by five minutes."""
    return FixedClock(datetime.now(UTC))


@dataclass
class Terminal:
    """The running client: lines are typed, and what it prints is read in order."""

    world: World
    process: Process
    url: str

    async def type(self, line: str) -> None:
        """Returns when the event is stored and everything that follows from it was delivered."""
        assert self.process.stdin is not None
        before = len(self.world.events)
        self.process.stdin.write(f"{line}\n".encode())
        async with asyncio.timeout(SECONDS), self.world.news:
            await self.world.news.wait_for(lambda: len(self.world.events) > before)
        await self.world.settle()

    async def prints(self, *expected: str) -> None:
        """The next lines are these; blanks at their ends do not count."""
        for line in expected:
            assert await self.line() == line

    async def line(self) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(SECONDS):
            line = await self.process.stdout.readline()
        assert line, "the client ended"
        return line.decode().strip()

    async def posted(
        self, notice: dict[str, object], *, secret: str, at: datetime | None = None
    ) -> int:
        """A notice somebody sends to the callback address; the status of the answer."""
        body, id = json.dumps(notice).encode(), str(notice["id"])
        signed = signatures.headers([secret], id=id, at=at or self.world.clock.now(), payload=body)
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.post(self.url, content=body, headers=signed)).status_code


@asynccontextmanager
async def running(world: World) -> AsyncIterator[Terminal]:
    node, port = shutil.which("node"), free_port()
    assert node is not None, "the web pages are built with node, so it is there"
    callback = f"http://127.0.0.1:{port}/"
    await world.connect(callback)
    async with served(world.app) as url:
        about = {
            "BANGBAN_ADDRESS": url + PATH,
            "BANGBAN_SECRET": world.sender.secret,
            "PORT": str(port),
        }
        process = await asyncio.create_subprocess_exec(
            node, str(CLIENT), stdin=PIPE, stdout=PIPE, env={**os.environ, **about}
        )
        client = Terminal(world, process, callback)
        try:
            await client.prints(f"listening on {port}")
            yield client
        finally:
            process.kill()
            await process.wait()


def said(text: str, id: str, seq: int, type: str = "message.created") -> dict[str, object]:
    """What an agent's message looks like on its way to the portal."""
    message = {
        "id": f"m-{seq}", "conversation_id": "c-1", "seq": seq,
        "author": {"kind": "agent", "name": "王芳"}, "content": {"type": "text", "text": text},
    }  # fmt: skip
    return {
        "id": id, "type": type, "inbox": INBOX, "contact": {"id": "u-1"},
        "data": {"message": message},
    }  # fmt: skip


def test_the_client_is_short_and_needs_nothing_installed() -> None:
    source = CLIENT.read_text("utf-8")
    assert len(source.splitlines()) < 150
    imported = re.findall(r'from "(.+?)"', source)
    assert imported
    assert all(each.startswith("node:") for each in imported)


@on_sqlite
async def test_the_client_asks_and_is_served_by_a_person_in_order(world: World) -> None:
    async with running(world) as client:
        await client.type("怎么提取公积金")
        await client.prints("[1] 我（text）: 怎么提取公积金")
        assert re.fullmatch(r"\[2\] 机器人.*（text）: 您说：怎么提取公积金", await client.line())

        await client.type("/human")
        await client.prints("[3] 系统（activity）: 正在为您转接人工客服，请稍候。")
        await client.prints("-- queued", "-- 排队第 1 位")
        agent = await world.agent()
        conversation = await world.conversation()
        await world.people.taking.claim(conversation.id, agent)
        await world.settle()
        await client.prints("[4] 系统（activity）: 坐席wang 为您服务。", "-- assigned 坐席wang")
        await world.answer(agent, conversation.id, "请带身份证。")
        await world.settle()
        await client.prints("[5] 坐席 坐席wang（text）: 请带身份证。")


@on_sqlite
async def test_what_the_client_was_not_told_is_printed_before_what_comes_next(
    world: World,
) -> None:
    async with running(world) as client:
        await client.type("/human")
        agent = await world.agent()
        conversation = (await world.conversation()).id
        await world.people.taking.claim(conversation, agent)
        await world.settle()
        while await client.line() != "-- assigned 坐席wang":
            pass
        await world.answer(agent, conversation, "先说这句。")
        async with world.uows.write() as uow:
            await uow.session.execute(delete(OutboxRow))
        await world.answer(agent, conversation, "再说这句。")
        await world.settle()
        said = [await client.line(), await client.line()]
    assert [re.sub(r"^\[\d+\] ", "", line) for line in said] == [
        "坐席 坐席wang（text）: 先说这句。", "坐席 坐席wang（text）: 再说这句。",
    ]  # fmt: skip


@on_sqlite
async def test_the_client_refuses_forged_and_old_notices_and_acts_once_on_a_repeat(
    world: World,
) -> None:
    async with running(world) as client:
        tried = (await world.admin.post(f"{ADMIN}/{INBOX}/test")).json()
        assert (tried["ok"], tried["checks_signature"]) == (True, True)
        await client.prints("! wrong signature")

        secret, old = world.sender.secret, world.clock.now() - timedelta(minutes=6)
        assert await client.posted(said("转账到这里", "n-1", 1), secret=STRANGER) == 401
        await client.prints("! wrong signature")
        assert await client.posted(said("过去的话", "n-1", 1), secret=secret, at=old) == 401
        await client.prints("! stale timestamp")
        assert await client.posted(said("您好", "n-1", 1), secret=secret) == 204
        await client.prints("[1] 坐席 王芳（text）: 您好")
        for _ in range(2):
            changed = said("您好！", "n-2", 1, "message.updated")
            assert await client.posted(changed, secret=secret) == 204
        assert await client.posted(said("再见", "n-3", 2), secret=secret) == 204
        await client.prints("[1] 更改 坐席 王芳（text）: 您好！", "[2] 坐席 王芳（text）: 再见")

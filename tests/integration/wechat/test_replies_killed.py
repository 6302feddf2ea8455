"""The server dies between any two steps of a delivery: nothing is lost or doubled, and what is unsure is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from channels.tencent.rendering.bubbles import Bubble
from channels.wechat.accounts import Account
from core.outbox.worker import OutboxWorker
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.integration.wechat.conftest import World
from tests.integration.wechat.replying import LONG, Talk

# Two that are one bubble, and a third of two parts.
TEXTS = ["第一条", "第二条", "第三条，" + "很长，" * LONG + "到此为止"]


class Killed(BaseException):
    """As kill -9: nobody catches it."""


class Steps:
    """Counts the steps from outside: every transaction before it and after its commit, every call before and after.

    Dies at step `at`.
    """

    def __init__(self, at: int) -> None:
        self.at, self.done = at, 0

    def step(self) -> None:
        self.done += 1
        if self.done == self.at:
            raise Killed

    def watch(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        write, send = UnitOfWorkFactory.write, world.carrier.send

        @asynccontextmanager
        async def watched(factory: UnitOfWorkFactory, **more: Any) -> AsyncIterator[UnitOfWork]:
            self.step()
            async with write(factory, **more) as uow:
                yield uow
            self.step()

        async def sending(account: Account, address: str, bubble: Bubble, *, key: str) -> None:
            self.step()
            await send(account, address, bubble, key=key)
            self.step()

        monkeypatch.setattr(UnitOfWorkFactory, "write", watched)
        monkeypatch.setattr(world.carrier, "send", sending)


async def _deliver_until_killed(talk: Talk, at: int) -> bool:
    """Whether it was killed; every life of the server has a worker of its own."""
    steps = Steps(at)
    with pytest.MonkeyPatch.context() as patch:
        steps.watch(talk.world, patch)
        try:
            await talk.world.settle()
        except Killed:
            return True
    return False


async def _killed_at(world: World, at: int) -> tuple[bool, dict[str, str]]:
    handlers = world.outbox._handlers
    talk = await Talk(world, openid=f"oKilled-{at:03}").begin()
    await world.settle()
    await talk.write(*TEXTS, settle=False)
    killed = await _deliver_until_killed(talk, at)
    world.outbox = OutboxWorker(world.uows, handlers)
    # The lease runs out, and whatever is tried again is tried again.
    for _ in range(3):
        await talk.later(seconds=61)
    whole = "\n".join(await talk.shown())
    states = await talk.states()
    for text in TEXTS:
        counts = [whole.count(text[:3]), whole.count(text[-3:])]
        assert max(counts) <= 1, f"step {at}: {text[:10]} is there {counts} times"
        if min(counts) == 0:
            assert states[text] == "unsure", f"step {at}: {text[:10]} is lost and nobody knows"
        else:
            assert states[text] in ("delivered", "unsure")
    assert all(row.state == "carried" for row in await world.outbox_rows())
    return killed, states


async def test_dying_between_any_two_steps_loses_and_doubles_nothing(world: World) -> None:
    await world.connect()
    at, unsure = 1, 0
    while True:
        killed, states = await _killed_at(world, at)
        unsure += "unsure" in states.values()
        if not killed:
            break
        at += 1
    assert at > 12, "every step was one to die at"
    # Only between a bubble's being begun and the note that it was taken.
    assert 0 < unsure < at

"""Where a citizen of an account comes from: a scanned code, a tapped menu, or neither."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.conversation.models import Conversation
from tests.integration.wechat.conftest import World


async def sub_channel(world: World) -> str:
    async with world.uows.read() as session:
        found = await session.scalar(select(Conversation.sub_channel))
        assert found is not None
        return found


async def event(world: World, name: str, key: str) -> None:
    body = {"openid": "oCitizen", "event": name, "event_key": key}
    await world.wechat.post("/_citizen/event", json=body)
    await world.settle()


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("SCAN", "hall-3", "scan/hall-3"),
        ("subscribe", "qrscene_hall-3", "scan/hall-3"),
        ("subscribe", "", ""),
    ],
)
async def test_who_writes_after_scanning_comes_from_that_code(
    world: World, name: str, key: str, expected: str
) -> None:
    await world.connect()
    await event(world, name, key)
    await world.say("你好")
    assert await sub_channel(world) == expected


async def test_a_scan_of_yesterday_says_nothing(world: World) -> None:
    await world.connect()
    await event(world, "SCAN", "hall-3")
    world.clock.advance(timedelta(hours=13))
    await world.say("你好")
    assert await sub_channel(world) == ""


async def test_who_taps_words_of_the_menu_comes_from_the_menu(world: World) -> None:
    await world.connect()
    await event(world, "CLICK", "say:转人工")
    assert await sub_channel(world) == "menu"

"""The unionid of followers: asked for once, by the outbox, whatever WeChat answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.conversation import repository
from core.conversation.models import ContactUnion
from core.conversation.ways import ASK_TOPIC
from tests.integration.wechat.conftest import INBOX, World

INFO = "/cgi-bin/user/info"
# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def asked(world: World) -> int:
    """How often WeChat was asked who somebody is."""
    calls: dict[str, int] = (await world.wechat.get("/_control/state")).json()["calls"]
    return calls.get(INFO, 0)


async def unions(world: World) -> dict[str, str]:
    async with world.uows.read() as session:
        rows = await session.scalars(select(ContactUnion))
        return {row.contact_id: row.union_id for row in rows}


async def contact(world: World, openid: str) -> str:
    async with world.uows.read() as session:
        found = await repository.contact_by_identity(session, INBOX, openid)
        assert found is not None
        return found.id


async def test_who_writes_for_the_first_time_is_asked_for_once(world: World) -> None:
    await world.connect()
    await world.say("你好")
    await world.say("再问一句")
    assert await asked(world) == 1
    assert list(await unions(world)) == [await contact(world, "oCitizen")]
    assert await world.outbox_rows() == []


async def test_it_is_asked_again_when_wechat_is_away(world: World) -> None:
    await world.connect()
    await world.wechat.post("/_control/faults", json={"path": INFO, "kind": "html", "times": 1})
    await world.say("你好")
    assert await unions(world) == {}
    await world.retry()
    assert len(await unions(world)) == 1


async def test_an_account_that_may_not_ask_asks_for_nobody_else(world: World) -> None:
    await world.connect()
    fault = {"path": INFO, "kind": "errcode", "errcode": 48001, "times": 1}
    await world.wechat.post("/_control/faults", json=fault)
    for openid in ("oFirst1", "oSecond"):
        await world.say("你好", openid=openid)
    assert await asked(world) == 1
    assert await world.outbox_rows() == []


@pytest.mark.parametrize("errcode", [40003, 46004])
async def test_who_is_unknown_to_wechat_is_left_alone(world: World, errcode: int) -> None:
    await world.connect()
    fault = {"path": INFO, "kind": "errcode", "errcode": errcode, "times": 1}
    await world.wechat.post("/_control/faults", json=fault)
    await world.say("你好")
    assert [row for row in await world.outbox_rows() if row.topic == ASK_TOPIC] == []
    assert await unions(world) == {}


async def test_a_crowd_of_new_citizens_is_asked_for_one_after_the_other(world: World) -> None:
    await world.connect()
    for number in range(30):
        body = {"openid": f"oCrowd{number}", "text": "你好"}
        await world.wechat.post("/_citizen/send", json=body)
    await world.settle()
    at_once = await asked(world)
    assert 0 < at_once < 30
    # Nobody's answer waited for that.
    assert all([await world.answers(f"oCrowd{number}") for number in range(30)])
    for _ in range(12):
        world.clock.advance(timedelta(seconds=2))
        await world.settle()
    assert await asked(world) == 30
    assert len(await unions(world)) == 30

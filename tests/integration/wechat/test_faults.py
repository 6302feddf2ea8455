"""WeChat down, slow or refusing: nothing lost, nothing doubled, and it is known why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.tencent.rendering.bubbles import Bubble
from channels.wechat.accounts import Account
from core.conversation.content import TextContent
from core.conversation.ports import BotReply
from core.conversation.thread import DELIVER_TOPIC
from tests.integration.wechat.conftest import World

LONG = "第一部分的内容。" * 100 + "第二部分的内容。" * 60


async def fault(world: World, **order: object) -> None:
    response = await world.wechat.post("/_control/faults", json=order)
    assert response.status_code == 200


async def states(world: World) -> list[str]:
    """Of the messages; that WeChat is asked who the citizen is, waits for itself."""
    return [row.state for row in await world.outbox_rows() if row.topic == DELIVER_TOPIC]


@pytest.mark.parametrize("order", [{"kind": "html"}, {"kind": "errcode", "errcode": -1}])
async def test_a_passing_fault_delays_the_answer_and_does_not_double_it(
    world: World, order: dict[str, object]
) -> None:
    await world.connect()
    await fault(world, **order, times=2)
    await world.say("你好")
    assert await world.answers() == []
    await world.retry_soon()
    await world.retry_soon()
    assert await world.answers() == ["您说：你好"]
    assert await states(world) == [], "nothing is owed any more"


async def test_answers_keep_their_order_when_the_first_fails(world: World) -> None:
    await world.connect()
    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="一"), TextContent(text="二")]
    )
    await fault(world, kind="html", times=1)
    await world.say("你好")
    await world.retry_soon()
    assert await world.answers() == ["一\n\n二"]


async def test_a_second_part_that_fails_does_not_send_the_first_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.connect()
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text=LONG)])
    await world.say("先来一个")  # two parts, both arrive
    parts = await world.answers()
    assert len(parts) == 2
    # This time the part after the first breaks.
    original = world.carrier.send
    sent: list[object] = []

    async def second_fails(account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        sent.append(bubble)
        if len(sent) == 2:
            await fault(world, kind="errcode", errcode=-1)
        await original(account, address, bubble, key=key)

    monkeypatch.setattr(world.carrier, "send", second_fails)
    await world.say("再来一个")
    assert await world.answers() == [*parts, parts[0]]
    await world.retry_soon()
    assert await world.answers() == [*parts, *parts]
    assert len(sent) == 3


async def test_a_voided_token_is_fetched_again_and_nothing_is_lost(world: World) -> None:
    await world.connect()
    await world.say("一")
    await world.wechat.post("/_control/expire_tokens")
    await world.say("二")
    assert await world.answers() == ["您说：一", "您说：二"]
    state = (await world.wechat.get("/_control/state")).json()
    assert state["calls"]["/cgi-bin/stable_token"] == 2


async def test_the_token_is_fetched_once_for_many_answers(world: World) -> None:
    await world.connect()
    for name in ("a", "b", "c"):
        await world.wechat.post(
            "/_citizen/send", json={"openid": f"oCitizen-{name}", "text": "你好"}
        )
    await world.settle()
    state = (await world.wechat.get("/_control/state")).json()
    assert state["calls"]["/cgi-bin/stable_token"] == 1
    assert state["calls"]["/cgi-bin/message/custom/send"] == 3


async def test_what_the_quota_does_not_allow_waits_for_the_citizen(world: World) -> None:
    await world.connect()
    pages = [str(n) * 1500 for n in range(7)]
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text=page) for page in pages])
    await world.say("说七句")
    assert await world.answers() == pages[:5]
    assert await states(world) == ["held"] * 2, "the five that the quota allowed are gone"
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text="好的")])
    world.clock.advance(timedelta(seconds=5))
    await world.say("还有呢")
    assert (await world.answers())[5:] == [pages[5], pages[6] + "\n\n好的"]
    assert await states(world) == []


async def test_an_account_without_its_secret_waits_for_the_administrator(world: World) -> None:
    await world.connect()
    right = world.settings.app_secret
    world.settings.app_secret = "changed-at-wechat"
    await world.say("你好")
    assert await states(world) == ["pending"]
    world.settings.app_secret = right
    await world.retry_soon()
    assert await world.answers() == ["您说：你好"]


async def test_a_push_that_cannot_be_stored_is_not_acknowledged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.connect()

    async def broken(message: object) -> None:
        raise RuntimeError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(world.engine, "receive", broken)
        result = await world.wechat.post(
            "/_citizen/send", json={"openid": "oCitizen", "text": "你好"}
        )
    assert (result.json()["attempts"], result.json()["accepted"]) == (4, False)

"""What waits goes out as soon as it may: the citizen writes while we plan, WeChat was away for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from channels.tencent.errors import ApiFailed
from channels.tencent.rendering.bubbles import Bubble, TextBubble
from channels.tencent.replies.quota import CLICK
from channels.tencent.replies.windows import OPENS
from channels.tencent.sending.ledger import PATIENCE
from channels.wechat.accounts import Account
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.schemas import Author
from core.conversation.thread import DELIVER_TOPIC
from core.outbox.repository import withdraw
from tests.integration.wechat.conftest import World
from tests.integration.wechat.replying import LONG, Talk
from tests.integration.wechat.test_faults import fault

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def talk(world: World) -> Talk:
    await world.connect()
    return await Talk(world).begin()


async def test_who_writes_while_the_last_reply_is_on_its_way_gets_the_rest(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it was planned nothing was left for it, and when he wrote nothing was held yet that he could let go."""
    world = talk.world
    await talk.spend(leave=1)
    send = world.carrier.send

    async def sending(account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        monkeypatch.undo()
        world.clock.advance(timedelta(seconds=5))
        body = {"openid": talk.openid, "text": "我在"}
        assert (await world.wechat.post("/_citizen/send", json=body)).json()["accepted"]
        await send(account, address, bubble, key=key)

    monkeypatch.setattr(world.carrier, "send", sending)
    first, second = "一" * LONG, "二" * LONG
    await talk.write(first, second)
    assert (await talk.shown())[-2:] == [first, second]
    assert (await talk.left()).held == 0
    assert talk.told()[-2:] == ["delivered"] * 2


async def test_after_an_hour_without_wechat_it_goes_when_the_citizen_writes(talk: Talk) -> None:
    await fault(talk.world, errcode=-1, times=1000)
    await talk.write("急事")
    for _ in range(60):
        await talk.later(minutes=1)
    assert await talk.states() == {"急事": "retrying"}
    await talk.world.wechat.delete("/_control/faults")
    await talk.say("在吗")
    assert await talk.states() == {"急事": "delivered"}
    assert sum("急事" in text for text in await talk.shown()) == 1


@on_sqlite
async def test_a_database_that_fails_before_it_is_sent_costs_no_message(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier asks it whether the citizen still follows; that is no message anybody may have seen."""

    async def fails(inbox_id: str, openid: str) -> bool:
        raise OperationalError("select", {}, ConnectionError())

    monkeypatch.setattr(talk.world.carrier._followers, "has_left", fails)
    await talk.write("急事")
    assert await talk.states() == {"急事": "retrying"}
    monkeypatch.undo()
    await talk.later(seconds=10)
    assert await talk.states() == {"急事": "delivered"}
    assert sum("急事" in text for text in await talk.shown()) == 1


@on_sqlite
async def test_a_day_without_wechat_loses_nothing_and_nobody_waits_long_after_it(
    talk: Talk,
) -> None:
    await fault(talk.world, errcode=-1, times=1000)
    await talk.write("急事")
    for _ in range(24):
        await talk.later(hours=1)
    assert await talk.states() == {"急事": "retrying"}
    await talk.world.wechat.delete("/_control/faults")
    await talk.later(seconds=PATIENCE[-1])
    assert await talk.states() == {"急事": "delivered"}


@on_sqlite
async def test_when_the_windows_are_over_it_is_held_and_not_tried_for_ever(talk: Talk) -> None:
    await fault(talk.world, errcode=-1, times=1000)
    await talk.write("急事")
    await talk.later(hours=49)
    assert await talk.states() == {"急事": "held"}


@on_sqlite
async def test_what_was_shown_in_part_cannot_be_taken_back_once_it_goes_on(talk: Talk) -> None:
    world = talk.world
    await talk.spend(leave=1)
    await talk.write("一" * LONG + "。" + "二" * LONG + "。")
    [row] = await talk.rows()
    world.clock.advance(timedelta(seconds=5))
    await world.wechat.post("/_citizen/send", json={"openid": talk.openid, "text": "我在"})
    async with world.uows.write() as uow:
        assert row.about is not None
        assert not await withdraw(uow.session, DELIVER_TOPIC, row.about, row.payload)


@on_sqlite
async def test_who_only_taps_on_lists_has_still_written_before(world: World) -> None:
    """Taps allow replies for a minute; those of the words before them are not forgotten, however many there were."""
    await world.connect()
    # The bot's answer is taken from the scan's replies, which end sooner.
    scan = {"openid": "oCitizen", "event": "SCAN", "event_key": "7"}
    await world.wechat.post("/_citizen/event", json=scan)
    talk = await Talk(world).begin()
    conversation = await talk.conversation()
    async with talk.world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation.id)
        citizen = Author(kind="visitor", id=row.contact_id)
        for number in range(25):
            await thread.append(
                uow, row, citizen, TextContent(text="租房"), external_id=f"tap-{number}",
                meta={OPENS: CLICK},
            )  # fmt: skip
    await talk.later(minutes=2)
    assert (await talk.left()).left == 5
    await talk.write("您好")
    assert (await talk.states())["您好"] == "delivered"


@on_sqlite
async def test_a_message_that_wechat_never_takes_does_not_hold_up_the_others_for_ever(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = talk.world.carrier.send

    async def sending(account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        if isinstance(bubble, TextBubble) and "违规" in bubble.text:
            raise ApiFailed("refused", errcode=87014)  # risky content
        await send(account, address, bubble, key=key)

    monkeypatch.setattr(talk.world.carrier, "send", sending)
    await talk.write("违规的话", "正常的话")
    for _ in range(10):
        await talk.later(minutes=1)
    assert await talk.states() == {"违规的话": "failed", "正常的话": "delivered"}
    assert [each.name for each in talk.heard if each.name == "alert.raised"] == ["alert.raised"]

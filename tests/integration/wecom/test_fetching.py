"""Nothing is lost and nothing is doubled, whatever happens to callbacks, cursors, tokens, servers and the API."""

from __future__ import annotations

import asyncio
import logging

import pytest

from channels.wecom import cursors
from channels.wecom.models import WecomCursor
from core.conversation.content import TextContent
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.models import Inbox
from core.outbox.worker import OutboxWorker
from tests.integration.wecom.conftest import CITIZEN, INBOX, World, on_sqlite

SYNC = "/cgi-bin/kf/sync_msg"


async def cursor_of(world: World) -> WecomCursor:
    async with world.uows.read() as session:
        return await session.get_one(WecomCursor, INBOX)


async def test_a_lost_callback_loses_nothing(world: World) -> None:
    await world.connect()
    await world.order("lose_callbacks", times=1)
    await world.say("您好")
    with pytest.raises(AssertionError):
        await world.conversation()
    await world.later(180)
    assert await world.said() == ["您好"]
    assert await world.answers() == ["您说：您好"]
    await world.order("lose_callbacks", times=1)
    await world.say("还在吗")
    await world.later(180)
    assert await world.said() == ["您好", "还在吗"]


async def test_what_was_said_before_the_account_was_connected_is_not_answered(world: World) -> None:
    await world.do("send", text="很早以前", settle=False)
    await world.later(60)
    await world.connect()
    await world.say("现在")
    assert await world.said() == ["现在"]
    assert await world.answers() == ["您说：现在"]


async def test_another_account_in_the_same_inbox_begins_anew(world: World) -> None:
    await world.connect()
    await world.say("您好")
    assert (await cursor_of(world)).cursor != ""
    await world.connect(open_kfid="wkDesk0002")
    assert (await cursor_of(world)).cursor == ""
    await world.do("send", text="在另一个账号", open_kfid="wkDesk0002")
    assert (await world.said())[-1] == "在另一个账号"


async def test_a_crash_between_storing_and_the_cursor_repeats_the_page_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.connect()

    async def dies(*_: object, **__: object) -> bool:
        raise RuntimeError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(cursors, "advance", dies)
        await world.say("您好")
        assert (await cursor_of(world)).cursor == ""
    await world.later(60)
    assert (await cursor_of(world)).cursor != ""
    assert await world.said() == ["您好"]
    assert await world.answers() == ["您说：您好"]


async def test_two_servers_fetch_at_once_and_each_message_is_stored_once(world: World) -> None:
    await world.connect()
    for number in range(20):
        await world.do("send", text=f"第{number}句", settle=False)
    (row,) = await world.rows("wecom.sync")
    # As if the lease had run out while the first was still at it.
    handle = world.handlers["wecom.sync"]
    await asyncio.gather(handle(row.payload), handle(row.payload), return_exceptions=True)
    await world.settle()
    assert await world.said() == [f"第{number}句" for number in range(20)]


async def test_a_second_worker_waits_for_the_first_ones_row(world: World) -> None:
    await world.connect()
    await world.do("send", text="您好", settle=False)
    other = OutboxWorker(world.uows, world.handlers)
    await asyncio.gather(world.outbox.work_once(), other.work_once())
    await world.settle()
    assert await world.said() == ["您好"]
    assert await world.answers() == ["您说：您好"]


async def test_long_backlogs_come_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.wecom.api.PAGE", 3)
    await world.connect()
    for number in range(8):
        await world.do("send", text=f"第{number}句", settle=False)
    await world.settle()
    assert await world.said() == [f"第{number}句" for number in range(8)]
    assert await world.calls(SYNC) == 3


async def test_an_unknown_cursor_begins_again_and_what_is_known_stays_single(world: World) -> None:
    await world.connect()
    await world.say("第一句")
    await world.order("forget_cursors")
    await world.say("第二句")
    assert await world.said() == ["第一句", "第二句"]
    assert await world.answers() == ["您说：第一句", "您说：第二句"]


async def test_an_old_callback_token_is_left_out(world: World) -> None:
    await world.connect()
    await world.do("send", text="您好", settle=False)
    world.clock.advance(cursors.timedelta(minutes=11))
    await world.settle()
    assert await world.said() == ["您好"]
    assert await world.calls(SYNC) == 2


@on_sqlite
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "errcode", "errcode": -1},
        {"kind": "html"},
        {"kind": "drop"},
        {"kind": "errcode", "errcode": 60020},
        {"kind": "errcode", "errcode": 45009},
    ],
)
async def test_a_fetch_that_fails_is_tried_again_until_it_works(
    world: World, fault: dict[str, object]
) -> None:
    await world.connect()
    await world.order("faults", path=SYNC, times=2, **fault)
    await world.say("您好")
    assert (await cursor_of(world)).failures == 1
    await world.later(61)
    await world.later(61)
    assert await world.said() == ["您好"]
    assert await world.answers() == ["您说：您好"]
    assert (await cursor_of(world)).failures == 0


@on_sqlite
async def test_after_trouble_the_next_callback_does_not_wait(world: World) -> None:
    await world.connect()
    await world.order("faults", path=SYNC, times=6, kind="html")
    await world.say("第一句")
    for _ in range(5):
        await world.later(31)
    assert (await cursor_of(world)).failures == 6
    await world.do("send", text="第二句", settle=False)
    await world.later(2)
    assert await world.said() == ["第一句", "第二句"]


@on_sqlite
async def test_a_void_access_token_is_fetched_anew_once(world: World) -> None:
    await world.connect()
    await world.say("您好")
    await world.order("expire_tokens")
    await world.say("再问")
    assert await world.said() == ["您好", "再问"]
    state = (await world.wecom.get("/_control/state")).json()
    assert state["tokens_issued"] == 2
    assert await world.calls("/cgi-bin/gettoken") == 2


async def test_a_disabled_inbox_is_not_fetched_and_catches_up_later(world: World) -> None:
    await world.connect()
    await switch(world, False)
    pushed = await world.say("停用时")
    assert pushed["accepted"] is False
    await world.later(180)
    await switch(world, True)
    await world.later(180)
    assert await world.said() == ["停用时"]


async def test_an_address_out_of_use_still_serves_the_corps_other_accounts(world: World) -> None:
    await world.connect()
    await world.connect("kf2", "wkDesk0002")
    await switch(world, False)
    pushed = await world.do("send", text="第二个账号", open_kfid="wkDesk0002")
    assert pushed["accepted"] is True
    assert await world.said(inbox_id="kf2") == ["第二个账号"]
    pushed = await world.say("停用的账号")
    assert pushed["accepted"] is True
    assert await world.answers() == []


async def switch(world: World, enabled: bool) -> None:
    async with world.uows.write() as uow:
        inbox = await uow.session.get_one(Inbox, INBOX)
        inbox.enabled = enabled


async def test_a_message_that_breaks_something_does_not_block_those_behind_it_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await world.connect()
    receive = world.engine.receive

    async def breaks(message: InboundMessage) -> Receipt:
        if isinstance(message.content, TextContent) and message.content.text == "坏的":
            raise KeyError("坏的")
        return await receive(message)

    monkeypatch.setattr(world.engine, "receive", breaks)
    await world.do("send", text="坏的", settle=False)
    await world.say("好的")
    for _ in range(6):
        await world.later(31)
    assert await world.said() == ["好的"]
    assert "a message was given up: KeyError" in caplog.text
    assert "坏的" not in caplog.text


async def test_repeated_and_empty_callbacks_do_nothing(world: World) -> None:
    await world.connect()
    await world.wecom.put("/_control/pushes", json={"duplicate": 1, "hold": 0})
    await world.say("您好")
    await world.order("push")
    await world.settle()
    assert await world.said() == ["您好"]
    assert await world.answers() == ["您说：您好"]


@on_sqlite
async def test_nothing_of_what_citizens_write_and_no_token_reaches_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.connect()
    await world.order("faults", path=SYNC, times=1, kind="html")
    await world.say("身份证号不能进日志")
    await world.later(60)
    assert await world.said() == ["身份证号不能进日志"]
    text = "\n".join(
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("sqlalchemy", "aiosqlite"))
    )
    assert "身份证号" not in text
    assert world.credentials.app_secret not in text
    assert CITIZEN not in text

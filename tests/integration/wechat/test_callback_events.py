"""What WeChat tells of besides messages: each event acts once, opens the replies it allows, and stores no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.tencent.replies.windows import ReplyWindow
from channels.wechat import following
from core.audit import AuditRow
from core.conversation.models import Message
from core.events import AlertRaised, Event
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import INBOX, World
from tests.integration.wechat.pushes import post, signed, stored, timestamp


async def happen(world: World, name: str, *, times: int = 1, **fields: Any) -> None:
    """The event, pushed `times` times with the same fields."""
    base = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": timestamp(world)}
    body = to_xml({**base, "MsgType": "event", "Event": name, **fields})
    for _ in range(times):
        assert (await post(world, body, signed(world))).text == "success"
    await world.settle()


async def windows(world: World) -> set[str]:
    async with world.uows.read() as session:
        rows = await session.scalars(select(ReplyWindow).where(ReplyWindow.inbox_id == INBOX))
        return {row.kind for row in rows}


async def notes(world: World) -> list[str]:
    """Lines that only agents see."""
    return [row.content["kind"] for row in await world.thread() if row.private]


@pytest.mark.parametrize(
    ("name", "fields", "opened"),
    [
        ("subscribe", {"EventKey": ""}, {"subscribe"}),
        ("subscribe", {"EventKey": "qrscene_hall-3", "Ticket": "t"}, {"subscribe"}),
        ("SCAN", {"EventKey": "hall-3", "Ticket": "t"}, {"scan"}),
        ("CLICK", {"EventKey": "of somebody else"}, {"click"}),
        ("scancode_push", {"EventKey": "k", "ScanCodeInfo": {"ScanResult": "1"}}, {"click"}),
        ("VIEW", {"EventKey": "https://gjj.example.cn"}, set()),
        ("VIEW_MINIPROGRAM", {"EventKey": "pages/index"}, set()),
        ("pic_weixin", {"EventKey": "k", "SendPicsInfo": {"Count": "1"}}, set()),
        ("location_select", {"EventKey": "k", "SendLocationInfo": {"Location_X": "23"}}, set()),
        ("kf_create_session", {"KfAccount": "test@gh"}, set()),
        ("masssendjobfinish", {"MsgID": "1000001625", "Status": "send success"}, set()),
        ("something_new", {}, set()),
    ],
)
async def test_an_event_opens_the_replies_it_allows_at_wechat(
    world: World, name: str, fields: dict[str, Any], opened: set[str]
) -> None:
    await world.connect("plain")
    await happen(world, name, times=2, **fields)
    assert await windows(world) == opened
    assert await stored(world) == 0


async def test_where_a_citizen_is_is_neither_stored_nor_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.connect("plain")
    caplog.set_level("DEBUG")
    await happen(
        world, "LOCATION", Latitude="23.137466", Longitude="113.352425", Precision="119.385"
    )
    assert await stored(world) == 0
    assert "23.137" not in caplog.text


async def test_two_taps_within_a_second_are_two_and_a_repeat_is_none(world: World) -> None:
    await world.connect("plain")
    await happen(world, "CLICK", times=3, EventKey="say:查余额")
    await happen(world, "CLICK", times=2, EventKey="say:转人工")
    said = [text for who, text in await world.texts() if who == "visitor"]
    assert said == ["查余额", "转人工"]


async def test_a_code_scanned_by_the_menu_is_something_said(world: World) -> None:
    await world.connect("plain")
    info = {"ScanType": "qrcode", "ScanResult": "业务受理号 20261123"}
    await happen(world, "scancode_waitmsg", EventKey="k", ScanCodeInfo=info)
    assert (await world.texts())[0] == ("visitor", "业务受理号 20261123")


async def test_who_unfollows_is_marked_and_agents_are_told_until_he_is_back(world: World) -> None:
    await world.connect("plain")
    await world.say("你好")
    await happen(world, "unsubscribe", times=2)
    async with world.uows.read() as session:
        assert await following.has_left(session, INBOX, "oCitizen")
    await happen(world, "subscribe", EventKey="")
    async with world.uows.read() as session:
        assert not await following.has_left(session, INBOX, "oCitizen")
    assert await notes(world) == ["unfollowed", "followed"]


async def test_who_writes_is_back_whatever_event_was_lost(world: World) -> None:
    await world.connect("plain")
    await world.say("你好")
    await happen(world, "unsubscribe")
    world.clock.advance(timedelta(minutes=1))
    await world.say("我又来了")
    async with world.uows.read() as session:
        assert not await following.has_left(session, INBOX, "oCitizen")


@pytest.mark.parametrize(
    ("name", "words"),
    [("user_authorization_revoke", "昵称和头像"), ("user_authorization_cancellation", "注销")],
)
async def test_a_withdrawn_consent_is_audited_and_supervisors_are_told(
    world: World, name: str, words: str
) -> None:
    await world.connect("plain")
    await world.say("你好")
    events: list[Event] = []

    async def publish(published: list[Event]) -> None:
        events.extend(published)

    world.uows.publish = publish
    more = {"FromUserName": "oService", "OpenID": "oCitizen", "RevokeInfo": "205", "AppID": "wx1"}
    await happen(world, name, times=2, **more)
    alerts = [event.payload for event in events if isinstance(event.payload, AlertRaised)]
    (alert,) = alerts
    assert words in alert.message
    async with world.uows.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.action == f"wechat.{name}"))
        assert len(rows.all()) == 1


async def test_what_became_of_a_template_message_changes_nothing_of_the_conversation(
    world: World,
) -> None:
    await world.connect("plain")
    await world.say("你好")
    before = await world.thread()
    await happen(world, "TEMPLATESENDJOBFINISH", times=2, MsgID="200163836", Status="success")
    async with world.uows.read() as session:
        after = (await session.scalars(select(Message.id))).all()
    assert len(after) == len(before)

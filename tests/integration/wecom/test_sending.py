"""What agents and the bot send by 微信客服: within five replies and 48 hours, never a second copy, failures told."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.rendering.bubbles import CardBubble, MediaBubble, MediaKind
from channels.wecom.accounts import Account
from core.conversation import thread
from core.conversation.attachments.models import Attachment
from core.conversation.content import TextContent
from core.conversation.models import MessageDelivery
from core.conversation.ports import BotReply
from core.conversation.schemas import Author
from core.ids import new_id
from tests.integration.wecom.conftest import CITIZEN, INBOX, World, on_sqlite

pytestmark = on_sqlite


SEND = "/cgi-bin/kf/send_msg"


async def begin(world: World) -> str:
    """A conversation with an agent, in which nothing was answered yet; its id."""
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text="请稍等")])
    await world.connect()
    await world.say("您好")
    return (await world.conversation()).id


async def write(world: World, conversation_id: str, text: str) -> str:
    """An agent writes; the message's id."""
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation_id)
        author = Author(kind="agent", id=new_id(), name="小王")
        message = await thread.append(uow, row, author, TextContent(text=text))
    world.clock.advance(timedelta(seconds=11))
    await world.settle()
    return message.id


async def mark_of(world: World, message_id: str) -> MessageDelivery | None:
    async with world.uows.read() as session:
        return await session.get(MessageDelivery, message_id)


async def test_the_sixth_reply_waits_and_goes_when_the_citizen_writes_again(world: World) -> None:
    conversation = await begin(world)
    for number in range(1, 7):
        await write(world, conversation, f"第{number}条")
    shown = await world.answers()
    assert shown == ["请稍等", "第1条", "第2条", "第3条", "第4条"]
    assert {row.state for row in await world.rows("message.deliver")} == {"held"}
    await world.say("好的")
    assert "第5条" in (await world.answers())[5]
    assert await world.rows("message.deliver") == []


async def test_after_48_hours_a_message_waits_and_is_not_even_tried(world: World) -> None:
    conversation = await begin(world)
    world.clock.advance(timedelta(hours=48, minutes=1))
    calls = await world.calls(SEND)
    await write(world, conversation, "过两天了")
    assert await world.calls(SEND) == calls
    mark = await mark_of(world, (await world.thread())[-1].id)
    assert mark is not None
    assert mark.state == "held"


@pytest.mark.parametrize(("code", "state"), [(95001, "held"), (95002, "held"), (95013, "held")])
async def test_what_wechat_says_about_the_window_counts_more_than_the_ledger(
    world: World, code: int, state: str
) -> None:
    conversation = await begin(world)
    await world.order("faults", path=SEND, kind="errcode", errcode=code)
    message = await write(world, conversation, "在吗")
    mark = await mark_of(world, message)
    assert mark is not None
    assert mark.state == state
    await world.say("在的")
    assert any("在吗" in text for text in await world.answers())


async def test_an_answer_that_nobody_heard_is_not_sent_again(world: World) -> None:
    conversation = await begin(world)
    await world.order("faults", path=SEND, kind="drop")
    message = await write(world, conversation, "只一次")
    await world.later(3600)
    assert (await world.answers()).count("只一次") == 1
    mark = await mark_of(world, message)
    assert mark is not None
    assert mark.state == "unsure"


@pytest.mark.parametrize(
    "fault",
    [{"kind": "errcode", "errcode": -1}, {"kind": "html"}, {"kind": "errcode", "errcode": 60020}],
)
async def test_what_certainly_was_not_shown_is_sent_later(
    world: World, fault: dict[str, Any]
) -> None:
    conversation = await begin(world)
    await world.order("faults", path=SEND, **fault)
    await write(world, conversation, "稍后到")
    assert "稍后到" not in await world.answers()
    await world.later(60)
    assert (await world.answers()).count("稍后到") == 1


async def test_what_was_taken_and_did_not_arrive_is_told_and_can_be_sent_again(
    world: World,
) -> None:
    conversation = await begin(world)
    await world.order("fail_delivery", fail_type=10)
    message = await write(world, conversation, "被拒收的")
    assert "被拒收的" not in await world.answers()
    mark = await mark_of(world, message)
    assert mark is not None
    assert (mark.state, "市民拒收" in mark.reason) == ("failed", True)
    alerts = [event for event in world.events if event.name == "alert.raised"]
    assert "市民拒收了消息" in alerts[-1].payload.message  # type: ignore[union-attr]


async def test_a_failure_for_want_of_replies_waits_for_the_citizen(world: World) -> None:
    conversation = await begin(world)
    await world.order("fail_delivery", fail_type=6)
    await write(world, conversation, "第一条")
    calls = await world.calls(SEND)
    await write(world, conversation, "第二条")
    assert await world.calls(SEND) == calls
    assert {row.state for row in await world.rows("message.deliver")} == {"held"}
    await world.say("还在")
    shown = "\n".join(await world.answers())
    assert shown.count("第一条") == shown.count("第二条") == 1


async def test_an_old_report_says_nothing_about_the_window_that_is_open_now(world: World) -> None:
    conversation = await begin(world)
    report = {
        "inbox_id": INBOX, "external_userid": CITIZEN, "key": "nobody", "fail_type": 6,
        "at": world.clock.now().isoformat(),
    }  # fmt: skip
    world.clock.advance(timedelta(minutes=5))
    await world.say("又写了一句")
    await world.handlers["wecom.report"](report)
    await write(world, conversation, "还能回")
    assert (await world.answers())[-1] == "还能回"


async def test_a_report_of_something_unknown_changes_nothing(world: World) -> None:
    await world.connect()
    await world.say("您好")
    handle = world.handlers["wecom.report"]
    report = {"inbox_id": INBOX, "external_userid": CITIZEN, "key": "nobody", "fail_type": 0}
    report["at"] = world.clock.now().isoformat()
    await handle(report)
    assert await world.answers() == ["您说：您好"]


async def account_of(world: World) -> Account:
    async with world.uows.read() as session:
        return await world.ours.accounts.of_inbox_id(session, INBOX)


async def uploaded(
    world: World, conversation_id: str, kind: MediaKind, media_type: str, data: bytes
) -> MediaBubble:
    """A file in the conversation, as an agent's upload leaves it."""
    row = Attachment(
        id=new_id(), conversation_id=conversation_id, uploader_kind="agent", uploader_id=new_id(),
        kind=kind, name=f"文件.{media_type.rpartition('/')[2]}", media_type=media_type,
        size=len(data), sha256=hashlib.sha256(data).hexdigest(), state="sent",
        created_at=world.clock.now(),
    )  # fmt: skip
    await world.files.save(row.id, data)
    async with world.uows.write() as uow:
        uow.session.add(row)
    return MediaBubble(kind, row.id, row.name)


async def test_a_text_of_many_pages_becomes_a_card(world: World) -> None:
    await world.connect()
    await world.say("您好")
    account = await account_of(world)
    long = TextContent(text="依据《住房公积金管理条例》第二十四条，可以提取。" * 300)
    rendered = world.ours.carrier.render(account, new_id(), long, own=False)
    (card,) = rendered.bubbles
    assert isinstance(card, CardBubble)
    await world.ours.carrier.send(account, CITIZEN, card, key="k1")
    await world.ours.carrier.send(account, CITIZEN, card, key="k2")
    line = (await world.chat())[-1]
    assert line["kind"] == "link"
    assert line["url"].startswith("http://product.test/answer/")
    assert await world.calls("/cgi-bin/media/upload") == 1


async def test_a_cards_picture_that_is_over_is_uploaded_anew(world: World) -> None:
    await world.connect()
    await world.say("您好")
    account = await account_of(world)
    card = CardBubble("标题", "说明", "https://example.gov.cn/a")
    await world.ours.carrier.send(account, CITIZEN, card, key="k1")
    await world.order("forget_media")
    await world.ours.carrier.send(account, CITIZEN, card, key="k2")
    assert [line["kind"] for line in await world.chat()].count("link") == 2


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "#0a0").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "data"),
    [
        ("image", "image/png", png()),
        ("file", "application/pdf", b"%PDF-1.7 a paper"),
        ("voice", "audio/amr", b"#!AMR\n" + bytes(40)),
        ("video", "video/mp4", bytes(4) + b"ftypisom" + bytes(40)),
    ],
)
async def test_an_agents_files_are_shown_in_the_chat(
    world: World, kind: MediaKind, media_type: str, data: bytes
) -> None:
    conversation = await begin(world)
    bubble = await uploaded(world, conversation, kind, media_type, data)
    account = await account_of(world)
    await world.ours.carrier.send(account, CITIZEN, bubble, key="k1")
    await world.ours.carrier.send(account, CITIZEN, bubble, key="k2")
    shown = (await world.chat())[-1]
    assert shown["kind"] == kind
    assert (await world.wecom.get(f"/_citizen/media/{shown['media_id']}")).content == data
    assert await world.calls("/cgi-bin/media/upload") == 1


async def test_a_file_that_wechat_does_not_take_becomes_a_link(world: World) -> None:
    conversation = await begin(world)
    bubble = await uploaded(world, conversation, "image", "image/png", b"no picture at all")
    await world.ours.carrier.send(await account_of(world), CITIZEN, bubble, key="k1")
    assert "http://product.test/file/" in (await world.answers())[-1]


async def test_an_upload_that_nobody_heard_of_is_no_message_and_is_done_again(world: World) -> None:
    conversation = await begin(world)
    bubble = await uploaded(world, conversation, "image", "image/png", png())
    await world.order("faults", path="/cgi-bin/media/upload", kind="drop")
    account = await account_of(world)
    with pytest.raises(ApiFailed) as failed:
        await world.ours.carrier.send(account, CITIZEN, bubble, key="k1")
    assert not isinstance(failed.value, ApiUnsure)
    await world.ours.carrier.send(account, CITIZEN, bubble, key="k1")
    assert [line["kind"] for line in await world.chat()].count("image") == 1

"""Everything a citizen can send, and take back; and what people in 企业微信 do with a session."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from channels.tencent.pages.rating import GONE
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import Message
from core.conversation.ports import BotReply
from core.conversation.schemas import Author
from core.ids import new_id
from core.outbox.worker import Refused
from core.sensitive.words import WordList, WordsConfig
from handoff.desk.recalling import BY_CITIZEN
from tests.integration.wecom.conftest import World, on_sqlite

pytestmark = on_sqlite


AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "#c00").save(out, "JPEG")
    return out.getvalue()


async def last(world: World) -> Message:
    rows = [row for row in await world.thread() if row.author_kind == "visitor"]
    return rows[-1]


async def notes(world: World) -> list[str]:
    return [row.content["text"] for row in await world.thread() if row.private]


async def test_a_picture_is_a_message_and_then_a_file(world: World) -> None:
    await world.connect()
    await world.say("看这张")
    await world.send_file("image", jpeg(), name="a.jpg", media_type="image/jpeg")
    row = await last(world)
    assert (row.content["type"], row.content["media_type"]) == ("image", "image/jpeg")
    assert row.content["size"] > 0


async def test_a_recording_is_kept_with_its_length(world: World) -> None:
    await world.connect()
    await world.send_file("voice", AMR, name="v.amr", media_type="audio/amr")
    row = await last(world)
    assert (row.content["type"], row.content["seconds"]) == ("voice", 2)


async def test_a_medium_that_is_over_is_told(world: World) -> None:
    await world.connect()
    path = "/cgi-bin/media/get"
    await world.order("faults", path=path, kind="errcode", errcode=40007, times=9)
    await world.send_file("image", jpeg(), name="a.jpg", media_type="image/jpeg")
    assert "没有接收成功" in "\n".join(await world.answers())


async def test_a_place_is_measured_as_in_china(world: World) -> None:
    await world.connect()
    part = {
        "latitude": 30.27415,
        "longitude": 120.15515,
        "name": "市民中心",
        "address": "解放东路18号",
    }
    await world.do("other", kind="location", part=part)
    content = (await last(world)).content
    assert (content["type"], content["system"]) == ("location", "gcj02")
    assert content["label"] == "市民中心 解放东路18号"


async def test_other_kinds_become_a_line_that_says_what_they_were(world: World) -> None:
    await world.connect()
    link = {"title": "提取指南", "desc": "租房", "url": "https://example.gov.cn/a", "pic_url": ""}
    await world.do("other", kind="link", part=link)
    await world.do("other", kind="miniprogram", part={"title": "办事", "appid": "wx1"})
    await world.do("other", kind="business_card", part={"userid": "zhangsan"})
    await world.do(
        "other", kind="channels", part={"sub_type": 1, "nickname": "某号", "title": "直播"}
    )
    await world.do("other", kind="tomorrow", part={})
    assert await world.said() == [
        "[链接] 提取指南\n租房\nhttps://example.gov.cn/a", "[小程序] 办事", "[名片]", "[视频号] 直播",
        "[其他消息]",
    ]  # fmt: skip


async def test_a_message_taken_back_is_out_of_the_agents_sight(world: World) -> None:
    await world.connect()
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text="好的")])
    sent = await world.say("说错了的话")
    await world.do("recall", msgid=sent["msgid"])
    row = await last(world)
    assert row.content["text"] == BY_CITIZEN
    assert "说错了" not in str(row.content)
    await world.do("recall", msgid=sent["msgid"])
    await world.do("recall", msgid="unknown")
    assert (await last(world)).content["text"] == BY_CITIZEN


async def test_a_picture_taken_back_before_it_was_fetched_stays_away(world: World) -> None:
    await world.connect()
    await world.say("看这张")
    await world.order("faults", path="/cgi-bin/media/get", kind="html", times=1)
    sent = await world.send_file("image", jpeg(), name="a.jpg", media_type="image/jpeg")
    await world.do("recall", msgid=sent["msgid"])
    await world.later(60)
    assert (await last(world)).content["text"] == BY_CITIZEN


async def test_words_that_are_not_taken_are_answered_with_why(world: World) -> None:
    lists = [WordList(name="甲", words=["炸掉"], action="refuse")]
    world.words.use(WordsConfig(lists=lists, refusal="请文明用语。"))
    await world.connect()
    await world.say("我要炸 掉")
    assert await world.answers() == ["请文明用语。"]
    await world.say("您好")
    assert await world.said() == ["您好"]


async def test_a_tap_on_a_mark_is_a_rating_and_no_message(world: World) -> None:
    await world.connect()
    await world.say("您好")
    await world.say("非常满意", menu_id=f"rate:{new_id()}:5")
    assert await world.said() == ["您好"]
    assert (await world.answers())[-1] == GONE


async def test_a_session_taken_in_wecom_is_not_answered_and_the_desk_sees_it(world: World) -> None:
    await world.connect()
    await world.say("您好")
    turns = len(world.bot.turns)
    await world.do("taken", text="我来接待您")
    await world.do("send", text="好的，谢谢")
    assert len(world.bot.turns) == turns
    assert await world.said() == ["您好"]
    shown = await notes(world)
    assert shown[0].startswith("企业微信的接待人员已接待这位市民")
    assert shown[1:] == ["企业微信接待人员：我来接待您", "市民（对企业微信接待人员）：好的，谢谢"]
    assert [event.name for event in world.events].count("alert.raised") == 1


async def test_after_the_people_in_wecom_have_ended_it_is_ours_again(world: World) -> None:
    await world.connect()
    await world.say("您好")
    await world.do("taken", text="我来接待您")
    await world.do("ended")
    assert (await notes(world))[-1].startswith("企业微信的接待已结束")
    await world.say("还有个问题")
    assert (await world.answers())[-1] == "您说：还有个问题"
    assert await world.state() == 1


async def test_other_peoples_session_is_found_out_when_an_answer_is_refused(world: World) -> None:
    await world.connect()
    await world.say("您好")
    await world.do("taken", text="我来", settle=False)
    # The answer to what was asked before is on its way when the session changes hands.
    conversation = await world.conversation()
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation.id)
        await thread.append(
            uow, row, Author(kind="agent", id=None, name="小王"), TextContent(text="稍等")
        )
    (delivery,) = await world.rows("message.deliver")
    with pytest.raises(Refused):
        await world.handlers["message.deliver"](delivery.payload)
    assert "稍等" not in await world.answers()
    assert (await notes(world))[0].startswith("企业微信的接待人员已接待这位市民")

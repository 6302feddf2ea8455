"""Everything a citizen can send on WeChat, through the stand-in and its media, in the forms WeChat pushes it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from channels.tencent.replies.windows import OPENS
from channels.wechat.inbound import UNREADABLE, UNSUPPORTED
from core.conversation.attachments.models import Attachment
from simulators.tencent import crypto
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import APP_ID, World
from tests.integration.wechat.pushes import post, signed, text_push, timestamp

AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 150
MP4 = (
    b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    b"\x00\x00\x00\x20moov\x00\x00\x00\x18trakvide\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "#0a0").save(out, "JPEG")
    return out.getvalue()


async def send(world: World, kind: str, data: bytes, **more: str) -> None:
    query = {"openid": "oCitizen", "kind": kind, **more}
    response = await world.wechat.post("/_citizen/media", params=query, content=data)
    assert response.json()["accepted"] is True, response.text
    await world.settle()


async def citizen(world: World, path: str, **body: Any) -> None:
    response = await world.wechat.post(f"/_citizen/{path}", json={"openid": "oCitizen", **body})
    assert response.json()["accepted"] is True, response.text
    await world.settle()


async def content(world: World) -> dict[str, Any]:
    """What the citizen's last message holds."""
    rows = [row for row in await world.thread() if row.author_kind == "visitor"]
    return rows[-1].content


@pytest.mark.parametrize(
    ("kind", "data", "shown", "media_type"),
    [
        ("image", jpeg(), "image", "image/jpeg"),
        ("voice", AMR, "voice", "audio/"),
        ("video", MP4, "video", "video/mp4"),
        ("shortvideo", MP4, "video", "video/mp4"),
    ],
)
async def test_media_reach_the_desk_whole_and_once(
    world: World, kind: str, data: bytes, shown: str, media_type: str
) -> None:
    await world.connect()
    await send(world, kind, data)
    found = await content(world)
    assert (found["type"], found.get("state")) == (shown, None)
    assert found["media_type"].startswith(media_type)
    async with world.uows.read() as session:
        (attachment,) = (await session.scalars(select(Attachment))).all()
    assert attachment.id in await world.files.keys()
    assert [turn.text for turn in world.bot.turns] == []
    assert len(await world.answers()) == 1


async def test_a_recording_that_wechat_understood_is_answered_like_a_text(world: World) -> None:
    await world.connect()
    await send(world, "voice", AMR, recognition="公积金怎么提取。")
    found = await content(world)
    assert (found["type"], found["text"]) == ("text", "公积金怎么提取。")
    assert found["voice"]["seconds"] == 3
    assert world.bot.turns[-1].text == "公积金怎么提取。"


async def test_a_paper_is_a_message_that_says_where_it_stayed(world: World) -> None:
    await world.connect()
    await send(world, "file", b"%PDF-1.4", name="收入证明.pdf")
    found = await content(world)
    assert (found["name"], found["state"]) == ("收入证明.pdf", "failed")
    assert any("改发照片或截图" in answer for answer in await world.answers())


async def test_a_place_is_measured_as_chinese_maps_measure(world: World) -> None:
    await world.connect()
    await citizen(world, "location", latitude=30.259244, longitude=120.219372, label="市民中心")
    assert await content(world) == {
        "type": "location", "latitude": 30.25924, "longitude": 120.21937,
        "label": "市民中心", "system": "gcj02",
    }  # fmt: skip


async def test_an_article_that_is_passed_on_is_its_title_and_address(world: World) -> None:
    await world.connect()
    await citizen(
        world, "link", title="提取新规", description="七月起", url="https://mp.example.cn/a"
    )
    assert (await content(world))["text"] == "[链接] 提取新规\n七月起\nhttps://mp.example.cn/a"


async def test_a_sticker_is_not_taken_for_words(world: World) -> None:
    await world.connect()
    await world.say("你好")
    await world.say(UNSUPPORTED)
    assert (await world.answers())[-1] == UNREADABLE
    assert len(world.bot.turns) == 1


async def test_a_tap_on_a_list_allows_the_replies_of_a_tap(world: World) -> None:
    await world.connect()
    await world.say("你好")
    await world.say("满意", menu_id="somebody:0")
    metas = [row.meta.get(OPENS) for row in await world.thread() if row.author_kind == "visitor"]
    assert metas == [None, "click"]


@pytest.mark.parametrize("sealed", [False, True])
async def test_json_is_taken_as_well(world: World, sealed: bool) -> None:
    await world.connect("compatible")
    await world.say("你好")
    fields = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": int(timestamp(world))}
    said = {"MsgType": "text", "Content": "写成 JSON", "MsgId": 24325774965478412}
    body = json.dumps({**fields, **said})
    query = signed(world)
    if sealed:
        cipher = crypto.encrypt(body, aes_key=world.settings.aes_key, app_id=APP_ID)
        body, query = json.dumps({"Encrypt": cipher}), signed(world, cipher=cipher)
    for _ in range(2):
        assert (await post(world, body, query)).text == "success"
    await world.settle()
    assert [text for who, text in await world.texts() if who == "visitor"] == ["你好", "写成 JSON"]


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgType": "location", "Location_X": "north", "Location_Y": "1"},
        {"MsgType": "location", "Location_X": "NaN", "Location_Y": "inf"},
        {"MsgType": "location", "Location_X": "91", "Location_Y": "1"},
    ],
)
async def test_a_place_that_is_none_is_said_to_be_missing(
    world: World, fields: dict[str, str]
) -> None:
    await world.connect("plain")
    await world.say("你好")
    base = {
        "ToUserName": "gh",
        "FromUserName": "oCitizen",
        "CreateTime": "1763863200",
        "MsgId": "9",
    }
    assert (await post(world, to_xml({**base, **fields}), signed(world))).text == "success"
    await world.settle()
    assert "没有收到您的位置" in (await world.answers())[-1]


async def test_a_push_of_a_megabyte_and_one_of_ten_are_told_apart(world: World) -> None:
    await world.connect("plain")
    response = await post(world, text_push(world, "长" * 300_000), signed(world))
    assert response.text == "success"
    response = await post(world, text_push(world, "长" * 3_500_000), signed(world))
    assert response.status_code == 413

"""Customer-service messages of the WeChat stand-in: kinds, fields, windows, typing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wechat import JPG, OPENID, WeChat

ARTICLE = {"title": "题", "description": "述", "url": "https://a.example", "picurl": ""}


@pytest.mark.parametrize(
    ("kind", "part", "code"),
    [
        ("news", {"articles": [ARTICLE]}, 0),
        ("news", {"articles": [ARTICLE, ARTICLE]}, 45008),
        ("news", {"articles": []}, 44003),
        ("news", {"articles": ARTICLE}, 45162),
        ("text", {"content": ""}, 44004),
        ("text", {"content": "字" * 683}, 45002),
        ("text", {"content": 5}, 47001),
        ("text", None, 47001),
        ("file", {"media_id": "x"}, 40008),
        ("wxcard", {"card_id": "x"}, 40008),
        ("link", {"title": "x", "url": "https://a.example"}, 40008),
        ("msgmenu", {"head_content": "选", "list": [{"id": "1", "content": "一"}]}, 0),
        ("msgmenu", {"head_content": "选", "list": []}, 47001),
        ("msgmenu", {"head_content": "选", "list": [{"content": "一"}]}, 47001),
        ("miniprogrampage", {"appid": "wx-other", "pagepath": "p", "thumb_media_id": "x"}, 40013),
    ],
)
async def test_an_official_account_sends_what_wechat_takes(
    wechat: WeChat, kind: str, part: Any, code: int
) -> None:
    await wechat.say()
    assert await wechat.send(kind, part) == code
    assert (await wechat.chat())["left"] == (4 if code == 0 else 5), "a refusal costs nothing"


async def test_a_card_of_a_linked_mini_program(wechat: WeChat) -> None:
    await wechat.say()
    thumb = (await wechat.upload("thumb", JPG))["thumb_media_id"]
    wechat.official.mini_programs = [wechat.mini.app_id]
    card = {"title": "办事", "appid": wechat.mini.app_id, "pagepath": "pages/chat/chat"}
    assert await wechat.send("miniprogrampage", card | {"thumb_media_id": thumb}) == 0
    assert await wechat.send("miniprogrampage", card) == 41006


@pytest.mark.parametrize(
    ("kind", "part", "code"),
    [
        ("text", {"content": "您好"}, 0),
        ("link", {"title": "题", "description": "述", "url": "https://a.example"}, 0),
        ("link", {"title": "题"}, 47001),
        ("news", {"articles": [ARTICLE]}, 45162),
        ("msgmenu", {"head_content": "选", "list": [{"id": "1", "content": "一"}]}, 45162),
        ("voice", {"media_id": "x"}, 45162),
        ("file", {"media_id": "x"}, 40008),
    ],
)
async def test_a_mini_program_sends_less(mini: WeChat, kind: str, part: Any, code: int) -> None:
    await mini.say()
    assert await mini.send(kind, part) == code


async def test_a_test_account_sends_no_menus(wechat: WeChat) -> None:
    await wechat.say()
    wechat.official.menus = False
    assert await wechat.send("msgmenu", {"list": [{"id": "1", "content": "一"}]}) == 40200


async def test_the_window_of_a_message_closes_after_48_hours(wechat: WeChat) -> None:
    assert await wechat.text() == 40003, "nobody of that openid"
    await wechat.say()
    await wechat.wait(48 * 3600 - 1)
    assert await wechat.text() == 0
    await wechat.wait(1)
    assert await wechat.text() == 45015
    await wechat.say()
    assert [await wechat.text() for _ in range(6)] == [0] * 5 + [45047]


async def test_a_tap_on_a_menu_item_counts_as_a_click_and_not_as_a_message(wechat: WeChat) -> None:
    await wechat.say("满意", menu_id="m:1")
    assert (await wechat.chat())["left"] == 3
    await wechat.wait(60)
    assert await wechat.text() == 45015


@pytest.mark.parametrize(
    ("event", "left"),
    [
        ("subscribe", 3),
        ("SCAN", 3),
        ("CLICK", 3),
        ("scancode_push", 3),
        ("VIEW", 0),
        ("LOCATION", 0),
    ],
)
async def test_events_open_a_window_of_a_minute_or_none(
    wechat: WeChat, event: str, left: int
) -> None:
    await wechat.do(event, "k")
    assert (await wechat.chat())["left"] == left
    await wechat.wait(60)
    assert (await wechat.chat())["left"] == 0


async def test_entering_the_chat_of_a_mini_program_allows_two_replies(mini: WeChat) -> None:
    await mini.do("user_enter_tempsession", "button")
    assert [await mini.text() for _ in range(3)] == [0, 0, 45047]
    await mini.wait(60)
    assert await mini.text() == 45015


async def test_replies_of_a_mini_program_do_not_add_up(mini: WeChat) -> None:
    await mini.say()
    await mini.do("user_enter_tempsession", "button")
    assert (await mini.chat())["left"] == 5
    for _ in range(4):
        await mini.text()
    await mini.do("user_enter_tempsession", "button")
    assert (await mini.chat())["left"] == 2
    await mini.wait(3600)
    assert (await mini.chat())["left"] == 2, "until the end of the longer window"


async def test_who_left_the_account_gets_nothing(wechat: WeChat) -> None:
    await wechat.say()
    await wechat.do("unsubscribe")
    assert await wechat.text() == 45015


async def typing(world: WeChat, command: str = "Typing") -> int:
    body = {"touser": OPENID, "command": command}
    path = "/cgi-bin/message/custom/typing"
    if world.account == "miniprogram":
        path = "/cgi-bin/message/custom/business/typing"
    return int((await world.call(path, body))["errcode"])


@pytest.mark.parametrize("account", ["wechat", "miniprogram"])
async def test_typing_lasts_15_seconds_and_needs_a_message_of_the_last_30(
    wechat: WeChat, account: str
) -> None:
    world = wechat if account == "wechat" else wechat.as_mini_program()
    await world.say()
    assert [await typing(world), await typing(world), await typing(world, "Dance")] == [
        0,
        45081,
        45072,
    ]
    await world.wait(15)
    assert (await world.chat())["typing"] is False
    assert await typing(world) == 0
    assert await typing(world, "CancelTyping") == 0
    await world.wait(16)
    assert await typing(world) == 45080
    await world.text()
    assert await typing(world) == 0, "a message of the account is one too"


async def test_typing_ends_with_the_answer_and_cannot_be_shown_outside_a_window(
    wechat: WeChat,
) -> None:
    await wechat.do("CLICK", "k")
    await wechat.text()
    assert await typing(wechat) == 0
    await wechat.text()
    assert (await wechat.chat())["typing"] is False
    await wechat.text()
    assert await typing(wechat) == 45047
    await wechat.wait(60)
    assert await typing(wechat) == 45015


async def test_a_recalled_line_is_gone_from_the_phone_and_nobody_is_told(wechat: WeChat) -> None:
    await wechat.say("写错了")
    line = (await wechat.chat())["messages"][0]["id"]
    await wechat.control("/_citizen/recall", {"openid": OPENID, "id": line})
    assert await wechat.shown() == [("wechat", "你撤回了一条消息")]
    assert len(wechat.product.pushes) == 1

"""Hot questions on WeChat: the menu is pushed when it changed, and what a citizen taps on it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels.wechat.menu import MenuConfig
from channels.wechat.menu_push import ask_for_push, with_menus
from channels.wechat.models import WeChatMenu
from tests.integration.wechat.conftest import INBOX, World

RENT, LOAN = "租房可以提取公积金吗", "首套房公积金贷款最多能贷多少"


async def push(world: World, *, force: bool = False) -> None:
    async with world.uows.write() as uow:
        ask_for_push(uow, INBOX, force=force)
    await world.settle()


async def calls(world: World) -> int:
    state = (await world.wechat.get("/_control/state")).json()
    return int(state["calls"].get("/cgi-bin/menu/create", 0))


async def menu(world: World) -> list[dict[str, Any]]:
    chat = (await world.wechat.get("/_citizen/oCitizen/messages")).json()
    buttons: list[dict[str, Any]] = chat["menu"]
    return buttons


async def stored(world: World) -> WeChatMenu:
    async with world.uows.read() as session:
        return await session.get_one(WeChatMenu, INBOX)


async def test_the_menu_holds_the_hot_questions_beside_the_accounts_own_buttons(
    world: World,
) -> None:
    world.hot.questions = {"fund-withdraw-rent": RENT, "fund-loan-max": LOAN}
    config = MenuConfig.model_validate(
        {"others": [{"name": "人工客服", "say": "转人工"}, {"name": "网厅", "url": "https://gjj.example.cn"}]}
    )  # fmt: skip
    await world.connect(menu=config)
    await push(world)
    assert await menu(world) == [
        {
            "name": "热门问题",
            "sub_button": [
                {"type": "click", "name": RENT, "key": "ask:fund-withdraw-rent"},
                {"type": "click", "name": LOAN, "key": "ask:fund-loan-max"},
            ],
        },
        {"type": "click", "name": "人工客服", "key": "say:转人工"},
        {"type": "view", "name": "网厅", "url": "https://gjj.example.cn"},
    ]


async def test_the_menu_is_pushed_only_when_it_changed_or_is_forced(world: World) -> None:
    world.hot.questions = {"rent": RENT}
    await world.connect(menu=MenuConfig())
    for _ in range(3):
        await push(world)
    assert await calls(world) == 1
    world.hot.questions = {"rent": RENT, "loan": LOAN}
    await push(world)
    assert await calls(world) == 2
    await push(world, force=True)
    assert await calls(world) == 3


async def test_an_account_without_a_menu_of_ours_keeps_its_own(world: World) -> None:
    await world.connect()
    async with world.uows.read() as session:
        assert await with_menus(session) == []
    await push(world)
    assert await calls(world) == 0


async def test_what_wechat_says_to_a_refused_menu_is_kept_and_it_is_not_tried_again(
    world: World,
) -> None:
    await world.connect(menu=MenuConfig())
    await world.wechat.post(
        "/_control/faults", json={"path": "/cgi-bin/menu/create", "errcode": 48001}
    )
    await push(world)
    row = await stored(world)
    assert (row.errcode, row.pushed_at) == (48001, None)
    assert "没有自定义菜单的权限" in row.error
    assert [r.state for r in await world.outbox_rows()] == ["failed"]
    await push(world)
    row = await stored(world)
    assert (row.errcode, row.error, row.failed_at) == (None, "", None)
    assert row.pushed_at is not None


async def test_a_busy_wechat_gets_the_menu_later(world: World) -> None:
    await world.connect(menu=MenuConfig())
    await world.wechat.post("/_control/faults", json={"path": "/cgi-bin/menu/create", "errcode": -1})  # fmt: skip
    await push(world)
    assert await menu(world) == []
    assert (await stored(world)).errcode == -1
    await world.retry()
    assert [button["name"] for button in await menu(world)] == ["热门问题"]
    assert (await stored(world)).error == ""


async def test_tapping_a_hot_question_asks_it_once_over_retries(world: World) -> None:
    world.hot.questions = {"rent": RENT, "loan": LOAN}
    await world.connect()
    await world.tap("ask:rent")
    await world.tap("ask:rent")  # WeChat repeats what we answered too late: same second, same key
    await world.tap("ask:loan")
    assert [turn.text for turn in world.bot.turns] == [RENT, LOAN]
    world.clock.advance(timedelta(seconds=1))
    await world.tap("ask:rent")
    assert [turn.text for turn in world.bot.turns] == [RENT, LOAN, RENT]
    assert [text for kind, text in await world.texts() if kind == "visitor"] == [RENT, LOAN, RENT]


async def test_an_item_can_say_words_for_the_citizen(world: World) -> None:
    await world.connect()
    await world.tap("say:转人工")
    assert [turn.text for turn in world.bot.turns] == ["转人工"]


async def test_a_question_whose_article_is_gone_brings_the_hot_ones(world: World) -> None:
    world.hot.questions = {"loan": LOAN}
    await world.connect()
    await world.tap("ask:rent")
    [line] = await world.chat()
    assert line["text"].startswith("这个问题的答案正在更新")
    assert [label for _, label in line["menu"]] == [LOAN]
    assert world.bot.turns == []


async def test_the_hot_list_can_be_tapped(world: World) -> None:
    world.hot.questions = {"rent": RENT, "loan": LOAN}
    await world.connect()
    await world.tap("HOT")
    [line] = await world.chat()
    assert [label for _, label in line["menu"]] == [RENT, LOAN]
    tapped, label = line["menu"][1]
    await world.say(label, menu_id=tapped)
    assert [turn.text for turn in world.bot.turns] == [LOAN]


async def test_the_hot_list_can_be_answered_with_a_number_where_lists_cannot_be_tapped(
    world: World,
) -> None:
    world.hot.questions = {"rent": RENT, "loan": LOAN}
    await world.connect(menus=False)
    await world.tap("HOT")
    [text] = await world.answers()
    assert f"1. {RENT}\n2. {LOAN}" in text
    await world.say("2")
    assert [turn.text for turn in world.bot.turns] == [LOAN]
    # The bot has spoken since: a number is a number again.
    await world.say("2")
    assert world.bot.turns[-1].text == "2"


async def test_without_hot_questions_the_citizen_is_asked_to_type(world: World) -> None:
    await world.connect()
    await world.tap("HOT")
    assert await world.answers() == ["请直接输入您想了解的问题。"]


async def test_clicks_of_other_makers_do_nothing(world: World) -> None:
    await world.connect()
    for key in ("", "V1001_TODAY", "ask", "hot"):
        await world.tap(key)
    assert await world.chat() == []
    assert world.bot.turns == []


async def test_the_welcome_offers_hot_questions_when_the_account_has_none_of_its_own(
    world: World,
) -> None:
    world.hot.questions = {"rent": RENT}
    await world.connect(welcome="欢迎您")
    await world.wechat.post("/_citizen/event", json={"openid": "oCitizen", "event": "subscribe"})
    await world.settle()
    [line] = await world.chat()
    assert (line["text"], [label for _, label in line["menu"]]) == ("欢迎您", [RENT])


async def test_the_stand_in_gives_back_and_deletes_the_menu_it_took(world: World) -> None:
    grant = {
        "grant_type": "client_credential", "appid": world.settings.app_id,
        "secret": world.settings.app_secret,
    }  # fmt: skip
    token = (await world.wechat.post("/cgi-bin/stable_token", json=grant)).json()["access_token"]
    way = {"params": {"access_token": token}}
    assert (await world.wechat.get("/cgi-bin/menu/get", **way)).json()["errcode"] == 46003
    await world.connect(menu=MenuConfig())
    await push(world)
    taken = (await world.wechat.get("/cgi-bin/menu/get", **way)).json()
    assert taken == {"menu": {"button": [{"type": "click", "name": "热门问题", "key": "HOT"}]}}
    assert (await world.wechat.get("/cgi-bin/menu/delete", **way)).json()["errcode"] == 0
    assert await menu(world) == []
    for path in ("get", "delete"):
        refused = await world.wechat.get(f"/cgi-bin/menu/{path}", params={"access_token": "x"})
        assert refused.json()["errcode"] == 40001

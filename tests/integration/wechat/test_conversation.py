"""A citizen on WeChat talks with the bot and with people; everything goes over real HTTP messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from channels.tencent.accounts.credentials import Mode
from core.conversation import thread
from core.conversation.content import AnswerContent, Choice, ChoicesContent, Citation, TextContent
from core.conversation.handoffs import close_conversation
from core.conversation.ports import BotReply
from core.conversation.schemas import Author
from core.conversation.status import Trigger
from core.ids import new_id
from tests.fakes import ScriptedBot
from tests.integration.wechat.conftest import World

MODES: list[Mode] = ["plain", "compatible", "encrypted"]


def bot_says(bot: ScriptedBot, *contents: object) -> None:
    bot._answer = lambda text: BotReply(contents=list(contents))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
async def test_a_message_is_answered_in_every_mode(world: World, mode: Mode) -> None:
    await world.connect(mode)
    result = await world.say("租房可以提取公积金吗")
    assert (result["attempts"], result["accepted"]) == (1, True)
    assert await world.answers() == ["您说：租房可以提取公积金吗"]
    assert await world.texts() == [
        ("visitor", "租房可以提取公积金吗"),
        ("bot", "您说：租房可以提取公积金吗"),
    ]


@pytest.mark.parametrize("mode", MODES)
async def test_the_callback_address_is_verified(world: World, mode: Mode) -> None:
    await world.connect(mode)
    assert (await world.wechat.post("/_control/verify")).status_code == 200


async def test_a_push_is_acknowledged_while_the_bot_is_still_thinking(world: World) -> None:
    await world.connect()
    allowed = asyncio.Event()
    world.bot.before_reply = allowed.wait
    response = await world.wechat.post(
        "/_citizen/send", json={"openid": "oCitizen", "text": "在吗"}
    )
    assert response.json()["accepted"] is True
    assert await world.answers() == []
    allowed.set()
    await world.settle()
    assert await world.answers() == ["您说：在吗"]


async def test_a_repeated_push_is_stored_and_answered_once(world: World) -> None:
    await world.connect()
    first = await world.say("你好")
    again = await world.say("你好", msg_id=first["msg_id"])
    assert again["accepted"] is True
    assert len(world.bot.turns) == 1
    assert await world.answers() == ["您说：你好"]


async def test_repeats_that_arrive_together_are_stored_once(world: World) -> None:
    await world.connect()
    body = {"openid": "oCitizen", "text": "你好", "msg_id": "4242"}
    results = await asyncio.gather(
        *(world.wechat.post("/_citizen/send", json=body) for _ in range(4))
    )
    await world.settle()
    assert all(result.json()["accepted"] for result in results)
    assert [kind for kind, _ in await world.texts()] == ["visitor", "bot"]


async def test_an_agents_words_reach_the_citizen_and_the_citizens_the_agent(world: World) -> None:
    await world.connect()
    await world.say("我要人工")
    agent = new_id()
    conversation = await world.conversation()
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation.id)
        await thread.transition(
            uow, row, Trigger.TAKEN_OVER, actor=agent, owner_id=agent, text="坐席王芳为您服务"
        )
        author = Author(kind="agent", id=agent, name="王芳")
        await thread.append(uow, row, author, TextContent(text="您好，请问有什么可以帮您？"))
        await thread.append(uow, row, author, TextContent(text="内部备注"), private=True)
    await world.settle()
    await world.say("我想查余额")
    assert (await world.answers())[1:] == ["坐席王芳为您服务\n\n您好，请问有什么可以帮您？"]
    assert len(world.desk.visitor_messages) == 1
    assert len(world.bot.turns) == 1


async def test_the_next_message_after_closing_opens_a_new_conversation(world: World) -> None:
    await world.connect()
    await world.say("你好")
    first = await world.conversation()
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, first.id)
        await close_conversation(uow, world.desk, row, actor="system", text="会话已结束。")
    await world.say("还有一个问题")
    assert (await world.conversation()).id != first.id


async def test_an_answer_arrives_with_its_basis_and_what_to_ask_next(world: World) -> None:
    await world.connect()
    citation = Citation(document="住房公积金管理条例", clause="第二十四条")
    bot_says(
        world.bot,
        AnswerContent(
            text_md="**可以**。",
            article_id="a",
            score=0.9,
            citations=[citation],
            next=["要哪些材料"],
        ),
    )
    await world.say("租房可以提取吗")
    (line,) = [line for line in await world.chat() if line["sender"] == "account"]
    assert line["text"] == "可以。\n\n依据：《住房公积金管理条例》第二十四条\n\n您可能还想问："
    assert [label for _, label in line["menu"]] == ["要哪些材料"]


CHOICES = ChoicesContent(
    text="您想问哪一个？",
    choices=[
        Choice(label="租房", value="租房可以提取吗"),
        Choice(label="买房", value="买房可以提取吗"),
    ],
)


async def test_a_tap_means_the_value_behind_it(world: World) -> None:
    await world.connect()
    bot_says(world.bot, CHOICES)
    await world.say("提取")
    menu_id, label = (await world.chat())[-1]["menu"][1]
    await world.say(label, menu_id=menu_id)
    assert world.bot.turns[-1].text == "买房可以提取吗"


async def test_a_tap_on_somebody_elses_menu_is_only_its_text(world: World) -> None:
    await world.connect()
    bot_says(world.bot, CHOICES)
    await world.say("提取")
    menu_id, label = (await world.chat())[-1]["menu"][0]
    for n, stolen in enumerate((menu_id, "survey:1", "x", ":", f"{new_id()}:0")):
        # A new stranger each time: nobody who was offered these choices, for whom the label would count.
        await world.say(label, openid=f"oStranger{n}", menu_id=stolen)
        assert world.bot.turns[-1].text == "租房"


async def test_where_menus_are_not_allowed_a_number_is_understood(world: World) -> None:
    world.settings.menus = False
    await world.connect()
    bot_says(world.bot, CHOICES)
    await world.say("提取")
    assert (await world.answers())[-1].startswith("您想问哪一个？\n1. 租房\n2. 买房")
    await world.say("２")
    assert world.bot.turns[-1].text == "买房可以提取吗"
    await world.say("9")
    assert world.bot.turns[-1].text == "9"


async def test_a_number_counts_the_entries_of_a_menu_as_well(world: World) -> None:
    await world.connect()
    bot_says(world.bot, CHOICES)
    await world.say("提取")
    await world.say("1")
    assert world.bot.turns[-1].text == "租房可以提取吗"


async def test_a_number_is_a_number_where_there_is_no_list_to_count(world: World) -> None:
    await world.connect()
    skippable = ChoicesContent(text="贷多少年？", choices=[Choice(label="跳过", value="跳过")])
    bot_says(world.bot, skippable)
    await world.say("贷款")
    await world.say("1")
    assert world.bot.turns[-1].text == "1"


async def test_following_brings_the_welcome_once(world: World) -> None:
    await world.connect(welcome="欢迎您", hot_questions=["租房可以提取吗"])
    for _ in range(2):
        result = await world.wechat.post(
            "/_citizen/event", json={"openid": "oNewcomer", "event": "subscribe"}
        )
        assert result.json()["accepted"] is True
    await world.settle()
    assert await world.answers("oNewcomer") == ["欢迎您"]
    assert world.bot.turns == []
    world.clock.advance(timedelta(seconds=5))
    await world.wechat.post("/_citizen/event", json={"openid": "oNewcomer", "event": "subscribe"})
    await world.settle()
    assert await world.answers("oNewcomer") == ["欢迎您", "欢迎您"]


async def test_other_events_are_acknowledged_and_nothing_is_sent(world: World) -> None:
    await world.connect()
    for event in ("unsubscribe", "SCAN", "CLICK", "VIEW", "LOCATION", "no_such_event"):
        body = {"openid": "oNewcomer", "event": event}
        result = await world.wechat.post("/_citizen/event", json=body)
        assert result.json()["accepted"] is True, event
    await world.settle()
    assert await world.answers("oNewcomer") == []


async def test_secrets_are_not_readable_in_the_database(world: World) -> None:
    await world.connect()
    async with world.uows.read() as session:
        rows = [str(row) for row in await session.execute(text("SELECT * FROM inbox_secrets"))]
        rows += [str(row) for row in await session.execute(text("SELECT * FROM inboxes"))]
        rows += [str(row) for row in await session.execute(text("SELECT * FROM audit"))]
    stored = "\n".join(rows)
    assert "wechat/wx/token" in stored
    for secret in world.credentials.model_dump().values():
        assert secret not in stored

"""Personal data on WeChat: sent while it may be seen, not any more when a delivery comes too late."""

from __future__ import annotations

from datetime import timedelta

from core.conversation.content import Personal, TextContent
from core.conversation.ports import BotReply
from tests.integration.wechat.conftest import World
from tests.integration.wechat.test_faults import fault

BALANCE = "您的余额是186,108.14元。"


def _shows_balance(world: World) -> None:
    personal = Personal("公积金账户余额", world.clock.now() + timedelta(minutes=10))
    reply = BotReply([TextContent(text=BALANCE)], personal={0: personal})
    world.bot._answer = lambda _: reply


async def test_the_citizen_gets_it_and_the_stored_message_does_not_hold_it(world: World) -> None:
    await world.connect()
    _shows_balance(world)
    await world.say("查余额")
    assert await world.answers() == [BALANCE]
    assert BALANCE not in str(await world.texts())


async def test_a_delivery_that_comes_too_late_brings_the_notice(world: World) -> None:
    await world.connect()
    _shows_balance(world)
    await fault(world, kind="html", times=2)
    await world.say("查余额")
    await world.retry()
    await world.retry()
    answers = await world.answers()
    assert BALANCE not in str(answers)
    assert "个人信息已过查看时间" in str(answers)

"""What an identity check has opened: the citizen alone sees it, and when its time is over nobody does."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from core.clock import FixedClock
from core.conversation import thread
from core.conversation.content import Choice, ChoicesContent, Personal, TextContent
from core.conversation.personal import timer_handlers
from core.conversation.ports import BotReply, HandoffContext, HandoffDecision
from core.conversation.schemas import OVER, MessageRead
from core.conversation.status import Trigger
from core.timers.sweeper import TimerSweeper
from tests.integration.engine.conftest import World

BALANCE = "186,108.14元"
NUMBER = "999999198805120013"
AGENT = "01990000-0000-7000-8000-000000000001"
RESULT = ChoicesContent(
    text=f"您的余额是{BALANCE}。", choices=[Choice(label="查明细", value="查公积金缴存明细")]
)


def shows_balance(clock: FixedClock, minutes: int = 10) -> BotReply:
    until = clock.now() + timedelta(minutes=minutes)
    return BotReply(
        [TextContent(text="核验通过。"), RESULT], personal={1: Personal("公积金账户余额", until)},
        said="验证码是[验证码]",
    )  # fmt: skip


async def everything(world: World) -> str:
    """All rows of all tables as one text."""
    async with world.uows.read() as session:
        tables = ("messages", "conversations", "outbox", "timers", "audit")
        rows = [str((await session.execute(sql(f"SELECT * FROM {t}"))).all()) for t in tables]
    return "\n".join(rows)


def heard_by(world: World, side: str) -> str:
    """What was pushed to citizens or to agents."""
    rooms = {"citizen": "visitor_rooms", "agent": "agent_rooms"}[side]
    payloads = [
        e.payload.model_dump(mode="json") for e in world.heard.events if getattr(e.audience, rooms)
    ]
    return json.dumps(payloads, ensure_ascii=False)


async def test_only_the_citizen_gets_to_see_it(world: World, clock: FixedClock) -> None:
    world.bot._answer = lambda _: shows_balance(clock)
    conversation = (await world.say("验证码是482913")).conversation
    assert BALANCE in heard_by(world, "citizen")
    assert BALANCE not in heard_by(world, "agent")
    rows = await world.thread(conversation.id)
    # What the desk, transcripts, searches and exports read.
    assert BALANCE not in json.dumps([row.content for row in rows], ensure_ascii=False)
    assert "公积金账户余额" in rows[-1].content["text"]
    shown = MessageRead.for_citizen(rows[-1], clock.now())
    assert shown.content == RESULT
    # The choices can be picked wherever the message is read.
    assert rows[-1].content["choices"] == [{"label": "查明细", "value": "查公积金缴存明细"}]
    assert BALANCE not in (await world.conversation(conversation.id)).preview


async def test_it_is_forgotten_when_its_time_is_over(world: World, clock: FixedClock) -> None:
    world.bot._answer = lambda _: shows_balance(clock)
    conversation = (await world.say("验证码是482913")).conversation
    sweeper = TimerSweeper(world.uows, timer_handlers())
    clock.advance(timedelta(minutes=9))
    assert await sweeper.sweep_once() == 0
    clock.advance(timedelta(minutes=1))
    row = (await world.thread(conversation.id))[-1]
    # Over at the second, though no timer has fired yet.
    assert OVER in MessageRead.for_citizen(row, clock.now()).content.text  # type: ignore[union-attr]
    world.heard.events.clear()
    # Another process than the one that stored it.
    assert await TimerSweeper(world.uows, timer_handlers()).sweep_once() == 1
    assert world.heard.names() == ["message.updated"]
    assert OVER in heard_by(world, "citizen")
    assert OVER in heard_by(world, "agent")
    kept = await everything(world)
    assert BALANCE not in kept
    assert "482913" not in kept
    assert "message.forgotten" in kept
    assert await sweeper.sweep_once() == 0


async def test_leaving_forgets_it_at_once(world: World, clock: FixedClock) -> None:
    world.bot._answer = lambda text: (
        BotReply([TextContent(text="已退出。")], signed_out=True)
        if text == "退出登录"
        else shows_balance(clock)
    )
    await world.say("验证码是482913")
    await world.say("再查")
    await world.say("退出登录")
    assert BALANCE not in await everything(world)
    clock.advance(timedelta(minutes=11))
    assert await TimerSweeper(world.uows, timer_handlers()).sweep_once() == 0


async def test_what_the_citizen_wrote_is_kept_without_its_secret(
    world: World, clock: FixedClock
) -> None:
    world.bot._answer = lambda _: shows_balance(clock)
    conversation = (await world.say("验证码是482913")).conversation
    assert ("visitor", "验证码是[验证码]") in await world.texts(conversation.id)
    assert "message.updated" in world.heard.names()
    assert "482913" not in await everything(world)


async def test_an_identity_number_is_kept_by_nobody_even_unasked(world: World) -> None:
    world.bot._answer = lambda _: BotReply([TextContent(text="好的。")])
    conversation = (await world.say(f"我的身份证是{NUMBER}，能提取吗")).conversation
    assert (await world.texts(conversation.id))[0] == ("visitor", "我的身份证是[证件号]，能提取吗")
    assert NUMBER not in await everything(world)


@pytest.mark.parametrize("text", ["482913", "验证码是482913", f"王小明{NUMBER}", "４８２９１３"])
async def test_what_a_failing_bot_could_not_read_is_covered_all_the_same(
    world: World, text: str
) -> None:
    world.bot.down = True
    await world.say(text)
    kept = await everything(world)
    assert "482913" not in kept
    assert "４８２９１３" not in kept
    assert NUMBER not in kept


async def test_plain_words_are_left_alone(world: World) -> None:
    conversation = (await world.say("我有2个孩子，余额50000元，2025年5月买的房")).conversation
    assert (await world.texts(conversation.id))[0][1] == "我有2个孩子，余额50000元，2025年5月买的房"
    assert "message.updated" not in world.heard.names()


async def test_evidence_of_a_handoff_holds_no_secret(world: World) -> None:
    def rule(context: HandoffContext) -> HandoffDecision | None:
        return HandoffDecision(
            "keyword", {"clause": context.text, "questions": [context.text, "别的"]}
        )

    world.policy._rule = rule
    conversation = (await world.say(f"转人工，我的号码{NUMBER}")).conversation
    decision = (await world.conversation(conversation.id)).handoff
    assert decision is not None
    assert decision["evidence"] == {
        "clause": "转人工，我的号码[证件号]", "questions": ["转人工，我的号码[证件号]", "别的"],
    }  # fmt: skip
    assert NUMBER not in await everything(world)


async def test_codes_are_no_repeated_questions(world: World, clock: FixedClock) -> None:
    """The rules are not asked about a message that was a name or a code."""
    world.policy._rule = lambda context: (
        HandoffDecision("repeated", {}) if context.reply is not None else None
    )
    world.bot._answer = lambda _: shows_balance(clock)
    receipt = await world.say("验证码是482913")
    assert (await world.conversation(receipt.conversation.id)).status == "bot"


async def test_a_retry_gets_the_covered_message(world: World, clock: FixedClock) -> None:
    world.bot._answer = lambda _: shows_balance(clock)
    await world.say("验证码是482913", client_msg_id="m1")
    again = await world.say("验证码是482913", client_msg_id="m1")
    assert again.duplicate
    assert "482913" not in json.dumps(asdict(again), default=str, ensure_ascii=False)


async def test_a_secret_is_not_kept_when_people_take_over_meanwhile(
    world: World, clock: FixedClock
) -> None:
    async def take_over() -> None:
        async with world.uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await thread.transition(
                uow, conversation, Trigger.TAKEN_OVER, actor=AGENT, owner_id=AGENT, text="坐席已接管"
            )  # fmt: skip

    conversation_id = (await world.say("你好")).conversation.id
    world.bot._answer = lambda _: shows_balance(clock)
    world.bot.before_reply = take_over
    await world.say("验证码是482913")
    assert ("visitor", "验证码是[验证码]") in await world.texts(conversation_id)
    kept = await everything(world)
    assert "482913" not in kept
    assert BALANCE not in kept

"""What the bot is told of the people who served before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.ports import HandoffDecision
from core.conversation.schemas import Author
from core.conversation.status import Trigger
from core.ids import new_id
from tests.integration.engine.conftest import World

AGENT = Author(kind="agent", id=new_id(), name="王芳")


async def serve(world: World, conversation_id: str, end: Trigger) -> None:
    """An agent takes the conversation, the citizen and the agent talk, and it ends."""
    async with world.uows.write() as uow:
        conversation = await thread.load_for_update(uow, conversation_id)
        await thread.transition(
            uow, conversation, Trigger.TAKEN_OVER, actor=str(AGENT.id), owner_id=AGENT.id, text="坐席王芳为您服务"
        )  # fmt: skip
    await world.say("我的提取卡在审核了")
    async with world.uows.write() as uow:
        conversation = await thread.load_for_update(uow, conversation_id)
        await thread.append(uow, conversation, AGENT, TextContent(text="我帮您看看"))
        await thread.append(uow, conversation, AGENT, TextContent(text="内部备注"), private=True)
        await thread.transition(uow, conversation, end, actor=str(AGENT.id), text="结束")


@pytest.mark.parametrize("end", [Trigger.RELEASED, Trigger.CLOSED])
async def test_the_bot_learns_who_served_and_what_was_said(world: World, end: Trigger) -> None:
    receipt = await world.say("你好")
    assert world.bot.turns[-1].after_people is None
    await serve(world, receipt.conversation.id, end)
    await world.say("你好")
    turn = world.bot.turns[-1]
    assert turn.inbox_name == "网站"
    assert turn.after_people is not None
    assert (turn.after_people.name, turn.after_people.agent_id) == ("王芳", AGENT.id)
    assert turn.after_people.said == ("你好", "我的提取卡在审核了")


async def test_a_handoff_knows_that_the_same_person_is_wanted(world: World) -> None:
    receipt = await world.say("你好")
    await serve(world, receipt.conversation.id, Trigger.RELEASED)
    world.policy._rule = lambda context: HandoffDecision(
        rule="keyword", evidence={"keyword": "客服"}
    )
    await world.say("找刚才的客服")
    evidence = world.desk.admitted[-1].evidence
    assert evidence == {"keyword": "客服", "same_agent": True, "agent_id": AGENT.id}


async def test_who_gives_up_waiting_goes_on_in_the_same_dialogue(world: World) -> None:
    receipt = await world.say("帮我算算能贷多少")
    for trigger in (Trigger.HANDED_OFF, Trigger.HANDOFF_CANCELLED):
        async with world.uows.write() as uow:
            conversation = await thread.load_for_update(uow, receipt.conversation.id)
            await thread.transition(uow, conversation, trigger, actor="visitor", text=trigger.value)
    await world.say("一个人")
    first, second = world.bot.turns
    assert first.conversation_id == second.conversation_id


async def test_what_was_days_ago_is_not_just_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await world.say("你好")
    await serve(world, receipt.conversation.id, Trigger.RELEASED)
    later = world.uows.clock.now() + timedelta(days=2)
    monkeypatch.setattr(world.uows.clock, "now", lambda: later)
    await world.say("你好")
    assert world.bot.turns[-1].after_people is None


async def test_another_citizen_knows_nothing_of_it(world: World) -> None:
    receipt = await world.say("你好")
    await serve(world, receipt.conversation.id, Trigger.CLOSED)
    await world.say("你好", who="visitor-2")
    assert world.bot.turns[-1].after_people is None

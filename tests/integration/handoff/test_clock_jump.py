"""The machine's clock jumps: order is by seq, owners stay, nobody is closed or lost for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served
from tests.integration.handoff.test_short_way import talking, write


@pytest.mark.parametrize("hours", [-3, 3])
async def test_the_thread_goes_by_numbers_and_not_by_times(world: World, hours: int) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "跳之前")
    world.clock.advance(timedelta(hours=hours))
    await write(world, "跳之后")
    await answer(world, conversation_id, agent, "也是跳之后")
    texts = await world.texts(conversation_id)
    assert [text for _, text in texts[-3:]] == ["跳之前", "跳之后", "也是跳之后"]
    thread = await world.thread(conversation_id)
    assert [row.seq for row in thread] == list(range(1, len(thread) + 1))
    assert (thread[-1].created_at < thread[-3].created_at) == (hours < 0)


async def test_a_jump_forward_closes_nobody_who_could_not_answer(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    world.clock.advance(timedelta(hours=5))
    for _ in range(3):
        await world.sweeper.sweep_once()
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert kinds.count("idle_reminder") == 1
    assert (await world.conversation(conversation_id)).status == "assigned"


async def test_a_jump_back_delays_a_clock_and_does_not_lose_it(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "请讲")
    world.clock.advance(-timedelta(hours=1))
    await write(world, "在吗")
    assert await world.sweeper.sweep_once() == 0
    world.clock.advance(timedelta(minutes=4))
    await world.sweeper.sweep_once()
    assert "answer_overdue" in [e.payload.code for e in world.told("alert.raised", conversation_id)]  # type: ignore[attr-defined]
    # Who waits in the queue is told in time as well.
    other = await world.say("转人工", who="visitor-2")
    world.clock.advance(-timedelta(minutes=30))
    await world.sweeper.sweep_once()
    assert (await world.conversation(other)).status == "queued"
    world.clock.advance(timedelta(minutes=46))
    await world.sweeper.sweep_once()
    assert (await world.conversation(other)).status == "bot"

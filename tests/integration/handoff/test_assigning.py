"""Automatic assignment: to whom, when, and each conversation once however many give at the same time."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from core.auth.actor import Actor
from core.conversation.schemas import ConversationRead
from core.errors import CapacityReached
from handoff.queue.models import Assignment, QueueEntry
from handoff.queue.service import QueueEmpty
from tests.integration.handoff.conftest import World
from tests.integration.handoff.routing_steps import ask, configure, group, owner, why
from tests.integration.handoff.steps import served


async def test_nothing_is_given_unless_switched_on(world: World) -> None:
    await world.agent("a")
    [waiting] = await world.waiting(1)
    assert await world.people.dispatcher.run() == 0
    assert (await world.conversation(waiting)).status == "queued"


async def test_who_waits_is_given_to_the_least_loaded_who_is_online(world: World) -> None:
    await configure(world, automatic=True)
    loaded, free = await world.agent("a", capacity=4), await world.agent("b", capacity=4)
    away, busy = await world.agent("c", online=False), await world.agent("d")
    await world.people.agents.set_presence(busy.account_id, "busy")
    await served(world, loaded, "v0")
    [waiting] = await world.waiting(1)
    await world.people.dispatcher.run()
    assert await owner(world, waiting) == free.account_id
    text = await why(world, waiting)
    assert "可接待的坐席：坐席b 0/4，坐席a 1/4；手上会话最少的优先，选了坐席b。" in text
    assert "系统自动分配。" in text
    assert away.account_id != busy.account_id


async def test_whose_desk_is_given_one_hears_by_when_to_answer(world: World) -> None:
    await configure(world, automatic=True)
    await world.agent("a")
    [waiting] = await world.waiting(1)
    await world.people.dispatcher.run()
    due = (await world.conversation(waiting)).answer_due_at
    heard = [
        event.payload
        for event in world.heard.events
        if isinstance(event.payload, ConversationRead) and event.payload.id == waiting
    ]
    told = [each for each in heard if not each.brief and each.waiting_since is not None]
    assert due is not None
    assert told[-1].answer_due_at == due


async def test_an_agent_who_becomes_free_gets_the_first_who_fits(world: World) -> None:
    await configure(world, automatic=True)
    agent = await world.agent("a", capacity=1)
    other = await world.agent("b", capacity=0)
    await group(world, "贷款组", other, businesses=("贷款",))
    loan = await ask(world, "v0", "贷款")
    first, second = await world.waiting(2)
    await world.people.dispatcher.run()
    assert await owner(world, first) == agent.account_id
    assert (await world.conversation(loan)).status == "queued"
    await world.people.ending.close(first, agent)
    # Still noting what it was about.
    await world.people.dispatcher.run()
    assert (await world.conversation(second)).status == "queued"
    await world.people.agents.set_presence(agent.account_id, "online")
    await world.people.dispatcher.run()
    await world.people.dispatcher.run()
    assert await owner(world, second) == agent.account_id


async def test_several_servers_and_claiming_agents_give_each_conversation_once(
    world: World,
) -> None:
    await configure(world, automatic=True)
    agents = [await world.agent(f"a{n}", capacity=3) for n in range(8)]
    wanted = await world.waiting(40)

    async def clicking(agent: Actor) -> None:
        for _ in range(2):
            try:
                await world.people.taking.claim_next(agent)
            except (CapacityReached, QueueEmpty):
                continue

    runs = [world.people.dispatcher.run() for _server in range(4)]
    await asyncio.gather(*runs, *(clicking(agent) for agent in agents))
    await world.people.dispatcher.run()
    async with world.uows.read() as session:
        held = await session.execute(
            select(Assignment.agent_id, func.count())
            .where(Assignment.ended_at.is_(None))
            .group_by(Assignment.agent_id)
        )
        assert sorted(count for _, count in held) == [3] * 8
        distinct = select(func.count(Assignment.conversation_id.distinct()))
        assert await session.scalar(distinct) == 24
        waiting = select(QueueEntry.conversation_id).where(QueueEntry.state == "waiting")
        left = list((await session.scalars(waiting.order_by(QueueEntry.order_at))).all())
    # Whoever came first was served first, whoever gave it.
    assert left == wanted[24:]

"""What becomes of the conversations of an agent who is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.people import build_people
from core.auth.permissions import Role
from core.configs import put_config
from core.conversation import thread
from core.timers.sweeper import TimerSweeper
from handoff.agents.choosing import OpenConversations
from handoff.agents.schemas import GroupWrite
from handoff.agents.settings import PresenceSettings
from handoff.hours.settings import HOURS_CONFIG, HoursSettings, Schedule
from handoff.queue.models import Assignment
from handoff.queue.repository import last_assignment, waiting_entry
from tests.fakes import InternalArticles
from tests.integration.handoff.conftest import World
from tests.integration.handoff.presence_steps import (
    alerts,
    connections,
    later,
    status,
    vanish,
    wait_out,
)
from tests.integration.handoff.steps import answer, served

HANDED_ON = PresenceSettings().handed_on
BACK_SOON = PresenceSettings().back_soon


async def test_a_lost_agent_is_named_to_the_supervisors_and_hands_on_after_the_grace_time(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    group = await world.people.agents.save_group(
        GroupWrite(name="贷款", members=[agent.account_id, other.account_id]), actor="system"
    )
    conversation_id = await served(world, agent)
    await world.people.transfers.to_group(conversation_id, agent, group.id, "")
    await world.people.taking.claim(conversation_id, agent)
    [first_in_line] = await world.waiting(1)
    await vanish(world, agent)
    [alert] = alerts(world, "agent_away")
    assert alert.details == {"agent_id": agent.account_id, "active": 1, "seconds": 120}
    await wait_out(world, 100, gone=agent)
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id
    await wait_out(world, 40, gone=agent)
    conversation = await world.conversation(conversation_id)
    assert (conversation.status, conversation.owner_id) == ("queued", None)
    assert HANDED_ON in [text for _, text in await world.texts(conversation_id)]
    async with world.uows.read() as session:
        service = await last_assignment(session, conversation_id)
        assert service is not None
        assert (service.agent_id, service.outcome) == (agent.account_id, "agent_lost")

        entry = await waiting_entry(session, conversation_id)
        other_entry = await waiting_entry(session, first_in_line)
    assert entry is not None
    assert other_entry is not None
    assert entry.group_id == group.id
    assert entry.order_at < other_entry.order_at
    assert (await world.people.taking.claim_next(other)).id == conversation_id
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    totals = (await world.people.wall.read(lead)).totals
    assert totals.handed_off == 2, "the two citizens' requests, not what agents hand on"


async def test_with_nobody_there_the_agent_may_come_back_and_go_on(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await vanish(world, agent)
    await wait_out(world, 240, gone=agent)
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id
    said = [text for _, text in await world.texts(conversation_id)]
    assert said.count(BACK_SOON) == 1
    await world.people.agents.connect(agent.account_id, "back")
    await world.people.agents.set_presence(agent.account_id, "online")
    for _ in range(20):
        await later(world, 50)
        await world.people.agents.heartbeat(["back"])
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id
    await answer(world, conversation_id, agent, "我回来了")


async def test_somebody_who_comes_while_the_agent_is_waited_for_takes_over(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await vanish(world, agent)
    await wait_out(world, 180, gone=agent)
    other = await world.agent("b")
    await wait_out(world, 40, gone=agent)
    assert (await world.people.taking.claim_next(other)).id == conversation_id


async def test_with_nobody_for_too_long_the_decision_table_is_asked(world: World) -> None:

    agent = await world.agent("a")
    on_duty = await served(world, agent, "one")
    await vanish(world, agent)
    await wait_out(world, 780, gone=agent)
    # On duty, the shipped table lets it wait for who may come.
    assert (await world.conversation(on_duty)).status == "queued"
    await world.people.agents.connect(agent.account_id, "back")
    await world.people.agents.set_presence(agent.account_id, "online")
    off_duty = await served(world, agent, "two")
    async with world.uows.write() as uow:
        closed = HoursSettings(
            schedules=[Schedule(id="never", name="从不", weekly=[[]] * 7)], usual="never"
        )
        await put_config(uow, HOURS_CONFIG, closed, "system")
    await vanish(world, agent)
    await wait_out(world, 780, gone=agent)
    assert (await world.conversation(off_duty)).status == "bot"
    offer = (await world.thread(off_duty))[-1].content["data"]
    assert offer["form"] == "left_message"
    assert [choice["label"] for choice in offer["choices"]] == ["再次转人工"]


async def test_going_offline_with_open_conversations_is_asked_then_handed_on(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    with pytest.raises(OpenConversations) as refused:
        await world.people.agents.set_presence(agent.account_id, "offline")
    assert refused.value.details == {"active": 1}
    assert await status(world, agent) == "online"
    await world.people.agents.set_presence(agent.account_id, "offline", hand_on=True)
    await later(world, 0)
    assert (await world.people.taking.claim_next(other)).id == conversation_id
    async with world.uows.read() as session:
        ended = await session.scalar(select(Assignment).where(Assignment.ended_at.is_not(None)))
        assert ended is not None
        assert ended.outcome == "agent_left"


async def test_a_supervisor_puts_an_agent_offline_with_or_without_the_conversations(
    world: World,
) -> None:
    agent, boss = await world.agent("a"), await world.agent("boss", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    forced = await world.people.agents.force_offline(agent.account_id, boss.account_id, False)
    assert (forced.status, forced.by) == ("offline", "supervisor")
    await later(world, 0)
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id
    await world.people.agents.force_offline(agent.account_id, boss.account_id, True)
    await later(world, 0)
    assert (await world.conversation(conversation_id)).status == "queued"


async def test_a_conversation_that_changed_hands_meanwhile_is_left_alone(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await world.people.agents.set_presence(agent.account_id, "offline", hand_on=True)
    async with world.uows.write() as uow:
        conversation = await thread.load_for_update(uow, conversation_id)
        conversation.epoch += 1
        conversation.owner_id = other.account_id
    await later(world, 0)
    assert (await world.conversation(conversation_id)).owner_id == other.account_id


async def test_a_killed_server_that_comes_back_hands_on_once_and_nobody_who_reconnects(
    world: World,
) -> None:
    gone, stays = await world.agent("a"), await world.agent("b")
    lost, kept = await served(world, gone, "one"), await served(world, stays, "two")
    world.clock.advance(timedelta(minutes=10))  # nobody was there to renew or to judge
    people = build_people(world.uows, InternalArticles())
    successor = TimerSweeper(world.uows, people.timers())
    await successor.sweep_once()
    await people.agents.connect(stays.account_id, "again")
    assert await status(world, stays) == "online"
    for _ in range(20):
        world.clock.advance(timedelta(seconds=20))
        await people.agents.heartbeat(["again"])
        await successor.sweep_once()
    assert (await world.conversation(kept)).owner_id == stays.account_id
    assert (await world.conversation(lost)).status == "queued"
    assert [text for _, text in await world.texts(lost)].count(HANDED_ON) == 1
    assert await status(world, stays) == "online"


async def test_a_clock_put_forward_takes_nobody_offline_and_hands_nothing_on(world: World) -> None:
    agent = await world.agent("a")
    await world.agent("b")
    conversation_id = await served(world, agent)
    world.clock.advance(timedelta(hours=1))
    for _ in range(3):  # the sweeper is quicker than the next heartbeat
        await world.sweeper.sweep_once()
    await world.people.agents.heartbeat(await connections(world))
    for _ in range(10):
        await later(world, 30)
        await world.people.agents.heartbeat(await connections(world))
    assert await status(world, agent) == "online"
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id
    assert alerts(world, "agent_away") == []

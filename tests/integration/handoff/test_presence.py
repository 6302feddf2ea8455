"""Presence: leases of desks, what becomes of the conversations of who is gone, rest, and busy by the system."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.people import build_people
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.configs import put_config
from core.conversation import thread
from core.errors import InvalidInput, NotFound
from core.events import DESK_ROOM, AlertRaised
from core.ids import new_id
from core.timers.sweeper import TimerSweeper
from handoff.agents.choosing import WAITING_TOO_LONG, OpenConversations
from handoff.agents.models import PresenceLease
from handoff.agents.schemas import AgentRead, GroupWrite
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from handoff.hours.settings import HOURS_CONFIG, HoursSettings, Schedule
from handoff.queue.models import Assignment
from handoff.queue.repository import last_assignment, waiting_entry
from tests.fakes import InternalArticles
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served

HANDED_ON = PresenceSettings().handed_on
BACK_SOON = PresenceSettings().back_soon


async def later(world: World, *seconds: float) -> None:
    """Time passes in steps short enough for the server to have been there."""
    for each in seconds:
        world.clock.advance(timedelta(seconds=each))
        await world.sweeper.sweep_once()


async def configure(world: World, **settings: Any) -> None:
    async with world.uows.write() as uow:
        value = PresenceSettings.model_validate(settings)
        await put_config(uow, CONFIG_NAME, value, "system")


async def agent_now(world: World, agent: Actor) -> AgentRead:
    agents = await world.people.agents.list_agents()
    return next(each for each in agents if each.id == agent.account_id)


async def status(world: World, agent: Actor) -> str:
    return (await agent_now(world, agent)).status


def alerts(world: World, code: str) -> list[AlertRaised]:
    payloads = [event.payload for event in world.heard.events if event.name == "alert.raised"]
    return [each for each in payloads if isinstance(each, AlertRaised) and each.code == code]


async def vanish(world: World, agent: Actor) -> None:
    """The laptop closes without a goodbye: no heartbeat renews its lease; others' go on."""
    for _ in range(6):
        await later(world, 10.5)
        await keep(world, but=agent)
    assert await status(world, agent) == "offline"


async def keep(world: World, *, but: Actor) -> None:
    async with world.uows.read() as session:
        rows = (await session.scalars(select(PresenceLease))).all()
        there = [row.connection_id for row in rows if row.agent_id != but.account_id]
    await world.people.agents.heartbeat(there)
    await world.sweeper.sweep_once()


async def wait_out(world: World, seconds: int, *, gone: Actor) -> None:
    """Time in which everybody but `gone` is at the desk."""
    for _ in range(seconds // 20):
        await later(world, 20)
        await keep(world, but=gone)


async def test_presence_survives_a_reload_two_tabs_and_a_short_loss(world: World) -> None:
    agent = await world.agent("a")  # one desk open
    await world.people.agents.connect(agent.account_id, "tab-2")
    await world.people.agents.disconnect("tab-2")
    assert await status(world, agent) == "online"
    await later(world, 30)
    await world.people.agents.connect(agent.account_id, "tab-3")  # reloaded
    await later(world, 59)
    await world.people.agents.heartbeat(["tab-3"])
    await later(world, 59)
    assert await status(world, agent) == "online"
    world.heard.events.clear()
    await later(world, 2, 60)
    assert await status(world, agent) == "offline"
    last = [e for e in world.heard.events if e.name == "presence.updated"][-1]
    assert (last.payload.status, DESK_ROOM in last.audience.agent_rooms) == ("offline", True)
    # Back within the grace time: as if nothing had been.
    await world.people.agents.connect(agent.account_id, "tab-4")
    assert await status(world, agent) == "online"


async def test_who_comes_back_after_the_grace_time_has_to_say_that_they_are_at_work(
    world: World,
) -> None:
    agent = await world.agent("a")
    await vanish(world, agent)
    await later(world, 121)
    await world.people.agents.connect(agent.account_id, "tomorrow")
    now = await agent_now(world, agent)
    assert (now.status, now.by) == ("offline", "system")


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
    offer = (await world.thread(off_duty))[-1].content
    assert [choice["label"] for choice in offer["choices"]][-1] == "再次转人工"


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


async def test_a_clock_put_back_does_not_keep_who_is_gone_online(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    world.clock.advance(timedelta(hours=-1))
    await keep(world, but=agent)
    assert await status(world, agent) == await status(world, other) == "online"
    await wait_out(world, 80, gone=agent)
    assert (await status(world, agent), await status(world, other)) == ("offline", "online")


async def connections(world: World) -> list[str]:

    async with world.uows.read() as session:
        return list((await session.scalars(select(PresenceLease.connection_id))).all())


async def test_rest_has_a_reason_of_the_list_and_an_end(world: World) -> None:
    agent = await world.agent("a")
    with pytest.raises(InvalidInput):
        await world.people.agents.set_presence(agent.account_id, "rest", reason="钓鱼")
    with pytest.raises(InvalidInput):
        await world.people.agents.set_presence(agent.account_id, "online", reason="午休")
    await world.people.agents.set_presence(agent.account_id, "rest", reason="午休")
    since = world.clock.now()
    now = await agent_now(world, agent)
    assert (now.status, now.reason, now.since) == ("rest", "午休", since)
    for _ in range(73):
        world.clock.advance(timedelta(seconds=50))
        await world.people.agents.heartbeat(await connections(world))
    await world.sweeper.sweep_once()
    [alert] = alerts(world, "rest_too_long")
    assert alert.details == {"agent_id": agent.account_id, "minutes": 61, "reason": "午休"}


async def test_who_has_come_back_from_rest_is_not_told_of_it(world: World) -> None:
    agent = await world.agent("a")
    await configure(world, rest_minutes=1)
    await world.people.agents.set_presence(agent.account_id, "rest")
    await later(world, 30)
    await world.people.agents.set_presence(agent.account_id, "online")
    await later(world, 40)
    assert alerts(world, "rest_too_long") == []


async def test_who_lets_citizens_wait_becomes_busy_and_online_again_with_the_answers(
    world: World,
) -> None:
    await configure(world, busy_after_waiting=2, grace_seconds=3600)
    agent = await world.agent("a")
    first, second = await served(world, agent, "one"), await served(world, agent, "two")
    for _ in range(5):
        await later(world, 38)
        await world.people.agents.heartbeat(await connections(world))
    await later(world, 0)
    now = await agent_now(world, agent)
    assert (now.status, now.reason, now.by) == ("busy", WAITING_TOO_LONG, "system")
    [alert] = alerts(world, "auto_busy")
    assert alert.details == {"agent_id": agent.account_id, "waiting": 2}
    await answer(world, first, agent, "一")
    await later(world, 0)
    assert await status(world, agent) == "busy"
    await answer(world, second, agent, "二")
    await later(world, 0)
    assert await status(world, agent) == "online"


async def test_busy_by_the_system_ends_by_hand_only_where_that_is_wanted(world: World) -> None:
    await configure(world, busy_after_waiting=1, busy_ends_by_itself=False)
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    for _ in range(5):
        await later(world, 38)
        await world.people.agents.heartbeat(await connections(world))
    await later(world, 0)
    await answer(world, conversation_id, agent, "一")
    await later(world, 0)
    assert await status(world, agent) == "busy"
    await world.people.agents.set_presence(agent.account_id, "online")
    assert await status(world, agent) == "online"


async def test_an_unknown_agent_cannot_be_put_offline(world: World) -> None:

    with pytest.raises(NotFound):
        await world.people.agents.force_offline(new_id(), "boss", True)

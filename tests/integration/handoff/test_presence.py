"""Presence: leases of desks, rest, and busy by the system."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import InvalidInput, NotFound
from core.events import DESK_ROOM
from core.ids import new_id
from handoff.agents.choosing import WAITING_TOO_LONG
from handoff.agents.settings import PresenceSettings
from tests.integration.handoff.conftest import World
from tests.integration.handoff.presence_steps import (
    agent_now,
    alerts,
    configure,
    connections,
    keep,
    later,
    status,
    vanish,
    wait_out,
)
from tests.integration.handoff.steps import answer, served

HANDED_ON = PresenceSettings().handed_on
BACK_SOON = PresenceSettings().back_soon


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


async def test_a_clock_put_back_does_not_keep_who_is_gone_online(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    world.clock.advance(timedelta(hours=-1))
    await keep(world, but=agent)
    assert await status(world, agent) == await status(world, other) == "online"
    await wait_out(world, 80, gone=agent)
    assert (await status(world, agent), await status(world, other)) == ("offline", "online")


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

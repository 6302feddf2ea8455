"""Silent citizens, slow agents and presence: what happens when time passes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.conversation import thread
from core.events import DESK_ROOM
from core.timers.repository import cancel_timer
from core.unit_of_work import UnitOfWork
from handoff.queue.service import TIMEOUT_TIMER
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served


async def test_a_silent_citizen_is_reminded_then_the_conversation_is_closed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "请问还有什么问题")
    world.clock.advance(timedelta(minutes=10))
    await world.sweeper.sweep_once()
    assert (await world.thread(conversation_id))[-1].content["kind"] == "idle_reminder"
    world.clock.advance(timedelta(minutes=5))
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "closed"
    assert len(await world.heard_by(conversation_id, "rating.requested")) == 1


async def test_a_citizen_who_answers_the_reminder_is_not_closed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "请问还有什么问题")
    world.clock.advance(timedelta(minutes=10))
    await world.sweeper.sweep_once()
    await world.say("在的")
    world.clock.advance(timedelta(hours=2))
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "assigned"


async def test_an_agent_who_does_not_answer_in_three_minutes_raises_an_alert(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    world.clock.advance(timedelta(seconds=179))
    await world.sweeper.sweep_once()
    assert world.told("alert.raised", conversation_id) == []
    world.clock.advance(timedelta(seconds=1))
    await world.sweeper.sweep_once()
    [alert] = world.told("alert.raised", conversation_id)
    assert alert.payload.code == "answer_overdue"
    assert alert.audience.agent_rooms == {f"agent:{agent.account_id}", "supervisors"}


async def test_the_answer_clock_starts_with_the_first_unanswered_message_and_stops_with_the_answer(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.say("一")
    world.clock.advance(timedelta(seconds=120))
    await world.say("二")
    world.clock.advance(timedelta(seconds=60))
    await world.sweeper.sweep_once()
    assert len(world.told("alert.raised", conversation_id)) == 1
    await world.say("三")
    await answer(world, conversation_id, agent, "好的")
    world.clock.advance(timedelta(seconds=300))
    await world.sweeper.sweep_once()
    assert len(world.told("alert.raised", conversation_id)) == 1


async def test_clocks_of_the_old_owner_do_not_ring_for_the_new_one(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "")
    world.clock.advance(timedelta(minutes=11))
    await world.sweeper.sweep_once()
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert "idle_reminder" not in kinds
    [alert] = world.told("alert.raised", conversation_id)
    assert alert.payload.details["agent_id"] == other.account_id


async def test_presence_survives_a_reload_and_ends_with_the_last_lease(world: World) -> None:
    agent = await world.agent("a")  # one desk open

    async def status() -> str:
        agents = await world.people.agents.list_agents()
        return next(a.status for a in agents if a.id == agent.account_id)

    await world.people.agents.connect(agent.account_id, "tab-2")
    await world.people.agents.disconnect("tab-2")
    assert await status() == "online"
    world.clock.advance(timedelta(seconds=30))
    await world.people.agents.connect(agent.account_id, "tab-3")  # reloaded
    world.clock.advance(timedelta(seconds=59))
    await world.people.agents.heartbeat(["tab-3"])
    world.clock.advance(timedelta(seconds=59))
    await world.sweeper.sweep_once()
    assert await status() == "online"
    world.heard.events.clear()
    world.clock.advance(timedelta(seconds=120))
    assert await status() == "offline"
    await world.sweeper.sweep_once()
    last = [e for e in world.heard.events if e.name == "presence.updated"][-1]
    assert (last.payload.status, DESK_ROOM in last.audience.agent_rooms) == ("offline", True)
    # Coming back does not mean being at work.
    await world.people.agents.connect(agent.account_id, "tab-4")
    assert await status() == "offline"


async def test_a_time_out_at_the_moment_of_a_claim_gives_way_without_a_deadlock(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    [conversation_id] = await world.waiting(1)
    world.clock.advance(timedelta(minutes=15))
    async with world.uows.write() as uow:
        # As a claim does: the conversation first, its timer last, with the sweeper in between.
        await thread.load_for_update(uow, conversation_id)
        sweeping = asyncio.create_task(world.sweeper.sweep_once())
        await _until_somebody_waits_for_a_lock(uow)
        await cancel_timer(uow, TIMEOUT_TIMER, conversation_id)
    assert await sweeping == 0
    assert (await world.conversation(conversation_id)).status == "queued"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def _until_somebody_waits_for_a_lock(uow: UnitOfWork) -> None:
    """SQLite has nothing to wait for: its writers take turns in the process."""
    if uow.session.get_bind().dialect.name == "sqlite":
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(20):
        while not await uow.session.scalar(waiting):
            pass

"""Silent citizens and slow agents: what happens when time passes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.people import build_people
from core.configs import put_config
from core.conversation import thread
from core.events import AlertRaised
from core.timers.models import Timer
from core.timers.repository import cancel_timer
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWork
from handoff.queue.waits import LONG_WAIT_TIMER, TIMEOUT_TIMER
from handoff.sla.settings import CONFIG_NAME, ClockSettings
from tests.fakes import InternalArticles
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, handed_over, served


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


def alerts(world: World, conversation_id: str) -> list[AlertRaised]:
    events = world.told("alert.raised", conversation_id)
    return [event.payload for event in events if isinstance(event.payload, AlertRaised)]


def codes(world: World, conversation_id: str) -> list[str]:
    return [alert.code for alert in alerts(world, conversation_id)]


async def later(world: World, seconds: int) -> None:
    world.clock.advance(timedelta(seconds=seconds))
    await world.sweeper.sweep_once()


async def test_an_agent_is_warned_before_three_minutes_and_the_supervisors_told_at_them(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await later(world, 119)
    assert codes(world, conversation_id) == []
    await later(world, 1)
    assert codes(world, conversation_id) == ["answer_due_soon"]
    await later(world, 59)
    assert codes(world, conversation_id) == ["answer_due_soon"]
    await later(world, 1)
    soon, overdue = world.told("alert.raised", conversation_id)
    assert soon.audience.agent_rooms == {f"agent:{agent.account_id}"}
    assert isinstance(soon.payload, AlertRaised)
    assert isinstance(overdue.payload, AlertRaised)
    assert soon.payload.message == "市民已等待 2 分钟，请在 60 秒内回复。"
    assert overdue.payload.message == f"{agent.name} 接待的市民已等待 3 分钟，请尽快回复。"
    assert overdue.payload.code == "answer_overdue"
    assert overdue.audience.agent_rooms == {f"agent:{agent.account_id}", "supervisors"}
    await later(world, 180)
    assert codes(world, conversation_id)[2:] == ["answer_overdue"]
    assert alerts(world, conversation_id)[-1].details["times"] == 2


async def test_a_server_that_was_killed_alerts_once_when_it_is_back(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    world.clock.advance(timedelta(minutes=20))
    successor = TimerSweeper(world.uows, build_people(world.uows, InternalArticles()).timers())
    await successor.sweep_once()
    await successor.sweep_once()
    assert codes(world, conversation_id) == ["answer_overdue"]


async def test_first_and_next_answer_have_their_own_limits_and_the_desk_sees_them(
    world: World,
) -> None:
    async with world.uows.write() as uow:
        settings = ClockSettings(first_answer_seconds=60, answer_seconds=300, warn_before_seconds=0)
        await put_config(uow, CONFIG_NAME, settings, "system")
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    claimed = await world.people.reader.get(conversation_id, agent)
    assert claimed.waiting_since == world.clock.now()
    assert claimed.answer_due_at == world.clock.now() + timedelta(seconds=60)
    assert claimed.for_visitor().answer_due_at is claimed.for_visitor().waiting_since is None
    await answer(world, conversation_id, agent, "您好")
    assert (await world.people.reader.get(conversation_id, agent)).answer_due_at is None
    world.clock.advance(timedelta(seconds=20))
    asked = world.clock.now()
    await world.say("一")
    world.clock.advance(timedelta(seconds=20))
    await world.say("二")
    waiting = await world.people.reader.get(conversation_id, agent)
    assert (waiting.waiting_since, waiting.answer_due_at) == (asked, asked + timedelta(minutes=5))
    other = await world.agent("b")
    await handed_over(world, conversation_id, agent, other)
    new = await world.people.reader.get(conversation_id, other)
    assert new.answer_due_at == world.clock.now() + timedelta(seconds=60), "the first of a service"
    await world.people.ending.release(conversation_id, other)
    assert (await world.conversation(conversation_id)).waiting_since is None


async def test_a_lively_talk_does_not_touch_its_timer(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)

    async def timers() -> list[tuple[str, str, datetime]]:
        async with world.uows.read() as session:
            rows = await session.scalars(select(Timer).where(Timer.subject == conversation_id))
            return [(row.kind, row.subject, row.due_at) for row in rows]

    before = await timers()
    for turn in range(3):
        world.clock.advance(timedelta(seconds=10))
        await answer(world, conversation_id, agent, f"答{turn}")
        world.clock.advance(timedelta(seconds=10))
        await world.say(f"问{turn}")
    assert await timers() == before
    await answer(world, conversation_id, agent, "好")
    await later(world, 60)
    assert codes(world, conversation_id) == []
    [(_, _, due_at)] = await timers()
    assert due_at == world.clock.now() + timedelta(minutes=9)


async def test_a_citizen_who_could_not_write_while_the_server_was_away_is_not_closed_at_once(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "请问还有什么问题")
    await later(world, 600)
    await later(world, 3600)
    assert (await world.conversation(conversation_id)).status == "assigned"
    await later(world, 299)
    assert (await world.conversation(conversation_id)).status == "assigned"
    await later(world, 1)
    assert (await world.conversation(conversation_id)).status == "closed"


async def test_nobody_is_asked_whether_they_are_there_while_the_agent_owes_the_answer(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    for _ in range(10):
        await later(world, 120)
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert "idle_reminder" not in kinds


async def test_who_never_wrote_after_the_claim_is_reminded_and_closed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好，请讲")
    await later(world, 600)
    await later(world, 300)
    assert (await world.conversation(conversation_id)).status == "closed"


async def test_the_answer_clock_starts_with_the_first_unanswered_message_and_stops_with_the_answer(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.say("一")
    world.clock.advance(timedelta(seconds=120))
    await world.say("二")
    await later(world, 60)
    assert codes(world, conversation_id) == ["answer_overdue"]
    await world.say("三")
    await answer(world, conversation_id, agent, "好的")
    await later(world, 300)
    assert codes(world, conversation_id) == ["answer_overdue"]


async def test_clocks_of_the_old_owner_do_not_ring_for_the_new_one(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await handed_over(world, conversation_id, agent, other)
    world.clock.advance(timedelta(minutes=11))
    await world.sweeper.sweep_once()
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert "idle_reminder" not in kinds
    overdue = [each for each in alerts(world, conversation_id) if each.code == "answer_overdue"]
    assert [each.details["agent_id"] for each in overdue] == [other.account_id]


async def test_the_supervisors_hear_of_who_waits_in_the_queue_for_too_long(world: World) -> None:
    [conversation_id] = await world.waiting(1)
    await later(world, 60)
    await later(world, 239)
    assert codes(world, conversation_id) == []
    await later(world, 1)
    await later(world, 180)
    first, second = world.told("alert.raised", conversation_id)
    assert first.audience.agent_rooms == {"supervisors"}
    assert isinstance(first.payload, AlertRaised)
    assert isinstance(second.payload, AlertRaised)
    assert (first.payload.code, first.payload.details["waited_seconds"]) == (
        "queue_waiting_long", 300,
    )  # fmt: skip
    assert second.payload.details["waited_seconds"] == 480


async def test_nobody_hears_of_a_wait_that_has_ended_or_when_that_is_not_wanted(
    world: World,
) -> None:
    agent = await world.agent("a")
    claimed = await served(world, agent)
    async with world.uows.write() as uow:
        settings = ClockSettings(queue_alert_minutes=0)
        await put_config(uow, CONFIG_NAME, settings, "system")
    [waiting] = await world.waiting(1)
    for _ in range(5):
        await later(world, 120)
    assert codes(world, waiting) == []
    assert "queue_waiting_long" not in codes(world, claimed)


async def test_a_time_out_at_the_moment_of_a_claim_gives_way_without_a_deadlock(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    [conversation_id] = await world.waiting(1)
    await later(world, 60)  # the queue's clock, which is not the one that is raced against
    async with world.uows.write() as uow:
        await cancel_timer(uow, LONG_WAIT_TIMER, conversation_id)
    world.clock.advance(timedelta(minutes=14))
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

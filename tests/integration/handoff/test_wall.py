"""The supervisor's wall: what it shows, to whom, and logging an agent out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.auth.actor import Scope
from core.auth.models import LoginSession
from core.auth.permissions import Role
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from handoff.agents.schemas import GroupWrite
from handoff.desk.wall.logging_out import LoggingOut
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served


async def test_the_wall_shows_queue_agents_and_the_days_figures(world: World) -> None:
    agent, lead = await world.agent("a"), await world.agent("lead", role=Role.SUPERVISOR)
    begun = world.clock.now()
    done, waits = await served(world, agent, who="v1"), await served(world, agent, who="v2")
    world.clock.advance(timedelta(seconds=30))
    await answer(world, done, agent, "您好")
    await world.people.ending.close(done, agent)
    world.clock.advance(timedelta(seconds=30))
    queued_at = world.clock.now()
    [queued] = await world.waiting(1)
    wall = await world.people.wall.read(lead)
    [line] = wall.queues
    assert (line.name, line.waiting, line.oldest_at) == ("所有坐席", 1, queued_at)
    mine = next(each for each in wall.agents if each.id == agent.account_id)
    assert (mine.active, mine.unanswered, mine.unanswered_since) == (1, 1, begun)
    assert [each.id for each in wall.conversations] == [waits, queued], "who waits longest first"
    totals = wall.totals
    assert (totals.handed_off, totals.served, totals.closed) == (3, 2, 1)
    assert totals.first_answer_seconds == pytest.approx(30, abs=0.1)
    assert (totals.rating, totals.rated) == (None, 0)
    world.clock.advance(timedelta(days=1))
    tomorrow = (await world.people.wall.read(lead)).totals
    assert (tomorrow.handed_off, tomorrow.served, tomorrow.closed) == (0, 0, 0)


async def test_a_supervisor_of_a_group_sees_the_group(world: World) -> None:
    agent, stranger = await world.agent("a"), await world.agent("x")
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    members = [agent.account_id, lead.account_id]
    await world.people.agents.save_group(GroupWrite(name="一组", members=members), actor="system")
    await world.people.agents.save_group(
        GroupWrite(name="二组", members=[stranger.account_id]), actor="system"
    )
    ours, theirs = await served(world, agent, who="v1"), await served(world, stranger, who="v2")
    for conversation_id, owner in ((ours, agent), (theirs, stranger)):
        await _raise(world, conversation_id, owner.account_id)
    wall = await world.people.wall.read(replace(lead, given_scope=Scope.GROUP))
    assert {each.id for each in wall.agents} == set(members)
    assert [each.name for each in wall.queues] == ["所有坐席", "一组"]
    assert [each.id for each in wall.conversations] == [ours]
    assert [each.conversation_id for each in wall.alerts] == [ours]
    assert wall.totals.served == 1
    assert len((await world.people.wall.read(lead)).alerts) == 2


async def _raise(
    world: World, conversation_id: str, agent_id: str, *, everybody: bool = True
) -> None:
    alert = AlertRaised(
        code="answer_overdue", message="等待回复已超过 3 分钟",
        details={"conversation_id": conversation_id, "agent_id": agent_id},
    )  # fmt: skip
    rooms = {agent_room(agent_id)} | ({SUPERVISOR_ROOM} if everybody else set())
    await world.people.alerts.keep(
        Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms)))
    )


async def test_alerts_are_kept_for_a_week_and_those_of_one_desk_not_at_all(world: World) -> None:
    agent, lead = await world.agent("a"), await world.agent("lead", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    await _raise(world, conversation_id, agent.account_id, everybody=False)
    await _raise(world, conversation_id, agent.account_id)
    await _raise(world, "not an id", "neither")
    shown = (await world.people.wall.read(lead)).alerts
    assert [(each.conversation_id, each.agent_name) for each in shown] == [
        (None, ""),
        (conversation_id, "坐席a"),
    ]
    world.clock.advance(timedelta(days=8))
    await _raise(world, conversation_id, agent.account_id)
    assert len((await world.people.wall.read(lead)).alerts) == 1


async def test_an_agent_is_logged_out_by_a_supervisor_but_an_administrator_is_not(
    world: World,
) -> None:
    agent, lead = await world.agent("a"), await world.agent("lead", role=Role.SUPERVISOR)
    admin = await world.agent("admin", role=Role.ADMIN)
    out = LoggingOut(uows=world.uows, agents=world.people.agents)
    async with world.uows.write() as uow:
        for each in (agent, admin):
            uow.session.add(
                LoginSession(
                    token_hash=each.login, account_id=each.account_id, created_at=uow.clock.now(),
                    expires_at=uow.clock.now() + timedelta(hours=1),
                )
            )  # fmt: skip
    with pytest.raises(InvalidInput):
        await out.log_out(lead.account_id, lead)
    with pytest.raises(PermissionDenied):
        await out.log_out(admin.account_id, lead)
    with pytest.raises(NotFound):
        await out.log_out(agent.account_id, replace(lead, given_scope=Scope.GROUP))
    await out.log_out(agent.account_id, lead)
    async with world.uows.read() as session:
        query = select(func.count()).select_from(LoginSession)
        assert await session.scalar(query) == 1
    people = {each.id: each for each in await world.people.agents.list_agents()}
    assert people[agent.account_id].status == "offline"

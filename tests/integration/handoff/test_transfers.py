"""Handing conversations on: to a colleague, a group, the bot; only where there is room, never to two."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.permissions import Role
from core.configs import put_config
from core.errors import CapacityReached, NotFound, NotOwner
from handoff.agents.schemas import GroupWrite
from handoff.desk.team.settings import CONFIG_NAME, TeamSettings
from handoff.desk.team.targets import TargetOffline, TargetResting, ToItsOwner, ToOneself
from handoff.desk.transfers import GroupEmpty
from handoff.desk.wanted import Wanted
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, handed_over, served


async def _nobody_has_to_accept(world: World) -> None:
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, TeamSettings(transfer_accepted=False), "system")


async def test_the_stale_owner_cannot_send_after_a_transfer(world: World) -> None:
    await _nobody_has_to_accept(world)
    for round_ in range(4):
        agent, other = await world.agent(f"a{round_}"), await world.agent(f"b{round_}")
        conversation_id = await served(world, agent, who=f"v{round_}")
        results = await asyncio.gather(
            world.people.transfers.to_agent(conversation_id, agent, other.account_id, "请继续"),
            *(answer(world, conversation_id, agent, f"第{n}句", key=f"k{n}") for n in range(4)),
            return_exceptions=True,
        )
        assert all(isinstance(r, NotOwner) for r in results if isinstance(r, BaseException))
        rows = await world.thread(conversation_id)
        moved = next(row.seq for row in rows if row.content.get("kind") == "transferred")
        late = [row for row in rows if row.seq > moved and row.author_kind == "agent"]
        assert [row.private for row in late] == [True], "only the note may come after"
        with pytest.raises(NotOwner):
            await answer(world, conversation_id, agent, "还有一句")
        await answer(world, conversation_id, other, "您好，我接着为您服务")


async def test_a_released_conversation_is_answered_by_the_bot_again(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    before = await world.conversation(conversation_id)
    await world.say("给坐席的话")
    read = await world.people.ending.release(conversation_id, agent)
    assert (read.status, read.owner_id) == ("bot", None)
    assert read.epoch > before.epoch
    await world.say("你好")
    # What was written to the agent is not answered by the bot; the new message is, in a new session.
    assert [turn.text for turn in world.bot.turns] == ["你好"]
    assert (await world.conversation(conversation_id)).bot_session > before.bot_session
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, agent, "等一下")


async def test_a_transfer_goes_only_to_somebody_there_with_room_and_not_to_oneself(
    world: World,
) -> None:
    agent, full, away, resting = (
        await world.agent("a"),
        await world.agent("full", capacity=1),
        await world.agent("away", online=False),
        await world.agent("resting"),
    )
    await world.people.agents.set_presence(resting.account_id, "rest")
    supervisor = await world.agent("lead", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    await served(world, full, who="v2")
    with pytest.raises(ToOneself):
        await world.people.transfers.to_agent(conversation_id, agent, agent.account_id, "")
    with pytest.raises(ToItsOwner):
        await world.people.transfers.to_agent(conversation_id, supervisor, agent.account_id, "")
    with pytest.raises(TargetResting):
        await world.people.transfers.to_agent(conversation_id, agent, resting.account_id, "")
    with pytest.raises(CapacityReached, match="对方"):
        await world.people.transfers.to_agent(conversation_id, agent, full.account_id, "")
    with pytest.raises(TargetOffline):
        await world.people.transfers.to_agent(conversation_id, agent, away.account_id, "")
    with pytest.raises(NotFound):
        await world.people.transfers.to_agent(conversation_id, agent, conversation_id, "")
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id


async def test_two_transfers_to_one_free_place_leave_the_target_within_capacity(
    world: World,
) -> None:
    await _nobody_has_to_accept(world)
    target = await world.agent("t", capacity=1)
    agents = [await world.agent(f"a{n}") for n in range(3)]
    held = [await served(world, agent, who=agent.login) for agent in agents]
    results = await asyncio.gather(
        *(
            world.people.transfers.to_agent(conversation_id, agent, target.account_id, "")
            for conversation_id, agent in zip(held, agents, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert all(isinstance(r, CapacityReached) for r in results if isinstance(r, BaseException))


async def test_crossing_transfers_do_not_deadlock(world: World) -> None:
    await _nobody_has_to_accept(world)
    a, b = await world.agent("a"), await world.agent("b")
    one, two = await served(world, a, who="v1"), await served(world, b, who="v2")
    await asyncio.wait_for(
        asyncio.gather(
            world.people.transfers.to_agent(one, a, b.account_id, ""),
            world.people.transfers.to_agent(two, b, a.account_id, ""),
            world.say("还在吗", who="v1"),
            world.say("还在吗", who="v2"),
        ),
        timeout=20,
    )
    assert (await world.conversation(one)).owner_id == b.account_id
    assert (await world.conversation(two)).owner_id == a.account_id


async def test_a_transfer_to_a_group_waits_before_those_who_are_new(world: World) -> None:
    agent, loans = await world.agent("a"), await world.agent("loans")
    group = await world.people.agents.save_group(
        GroupWrite(name="贷款组", members=[loans.account_id]), actor="system"
    )
    empty = await world.people.agents.save_group(GroupWrite(name="空组"), actor="system")
    conversation_id = await served(world, agent)
    with pytest.raises(GroupEmpty):
        await world.people.transfers.to_group(conversation_id, agent, empty.id, "")
    await world.waiting(2)
    read = await world.people.transfers.to_group(conversation_id, agent, group.id, "问贷款的")
    assert (read.status, read.owner_id) == ("queued", None)
    assert (await world.people.taking.claim_next(loans)).id == conversation_id
    assert ("agent", "转接说明：问贷款的") in await world.texts(conversation_id)


async def test_what_was_handed_on_is_no_longer_in_ones_own_list_but_can_be_read(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await handed_over(world, conversation_id, agent, other)
    assert (await world.people.reader.page(agent, Wanted(mine=True))).items == []
    assert [
        item.id for item in (await world.people.reader.page(other, Wanted(mine=True))).items
    ] == [conversation_id]
    assert (await world.people.reader.get(conversation_id, agent)).owner_name == "坐席b"
    await world.people.ending.close(conversation_id, other)
    assert [
        item.id for item in (await world.people.reader.page(agent, Wanted(mine=True))).items
    ] == [conversation_id]


async def test_the_audit_trail_says_why_people_were_asked_in_and_to_whom_it_went(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await handed_over(world, conversation_id, agent, other)
    query = select(AuditRow).where(AuditRow.subject == f"conversation:{conversation_id}")
    async with world.uows.read() as session:
        rows = (await session.scalars(query.order_by(AuditRow.id))).all()
    assert [row.action.removeprefix("conversation.") for row in rows] == [
        "handed_off",
        "claimed",
        "transfer_offered",
        "transferred",
    ]
    assert (rows[0].data["rule"], rows[0].data["before"]) == ("keyword", "bot")
    assert (rows[3].actor, rows[3].data["to"]) == (agent.account_id, other.account_id)

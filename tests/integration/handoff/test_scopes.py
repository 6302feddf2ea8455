"""Data scopes: what lists, single reads, commands and sockets let an account of each scope see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.auth.actor import Actor, Scope
from core.auth.permissions import Role
from core.conversation import thread
from core.conversation.status import ConversationStatus
from core.errors import NotFound, NotOwner
from core.events import SUPERVISOR_ROOM, queue_room
from handoff.agents.schemas import GroupWrite
from handoff.desk.access import may_read
from handoff.desk.rooms import rooms_of
from handoff.desk.wanted import Wanted
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import served

OWN, GROUP, ALL = Scope.OWN, Scope.GROUP, Scope.ALL


async def _group(world: World, name: str, *members: Actor, business: str = "") -> str:
    wanted = GroupWrite(
        name=name,
        categories=[business] if business else [],
        members=[each.account_id for each in members],
    )
    return (await world.people.agents.save_group(wanted, actor="system")).id


async def _seen(world: World, actor: Actor) -> set[str]:
    """In the list, which must agree with reading one by one."""
    page = await world.people.reader.page(actor, Wanted())
    listed = {item.id for item in page.items}
    async with world.uows.read() as session:
        for each in listed:
            assert await may_read(session, await thread.load(session, each), actor)
    return listed


async def test_each_scope_sees_its_part_of_what_is_served_and_was_served(world: World) -> None:
    me, colleague, stranger = [await world.agent(each) for each in ("me", "colleague", "stranger")]
    await _group(world, "一组", me, colleague)
    mine = await served(world, me, who="v1")
    ours = await served(world, colleague, who="v2")
    closed = await served(world, colleague, who="v3")
    await world.people.ending.close(closed, colleague)
    theirs = await served(world, stranger, who="v4")
    bots = await world.say("你好", who="v5")
    wanted = {OWN: {mine}, GROUP: {mine, ours, closed}, ALL: {mine, ours, closed, theirs, bots}}
    for scope, expected in wanted.items():
        actor = replace(me, given_scope=scope)
        assert await _seen(world, actor) == expected, scope
        for conversation_id in {mine, ours, closed, theirs, bots} - expected:
            for read in (
                world.people.reader.get(conversation_id, actor),
                world.people.reader.messages(conversation_id, actor),
                world.people.reader.context(conversation_id, actor),
                world.people.team.colleagues.of_conversation(conversation_id, actor),
            ):
                with pytest.raises(NotFound):
                    await read
    assert me.scope is GROUP, "what agents have unless told otherwise"


async def test_what_waits_is_seen_by_those_who_may_take_it(world: World) -> None:
    member, other = await world.agent("m"), await world.agent("o")
    group = await _group(world, "贷款组", member, business="贷款")
    agent = await world.agent("a")
    for_anybody = await world.say("转人工", who="v1")
    conversation_id = await served(world, agent, who="v2")
    await world.people.transfers.to_group(conversation_id, agent, group, "")
    for scope in (OWN, GROUP):
        seen = await _seen(world, replace(member, given_scope=scope))
        assert seen == {for_anybody, conversation_id}
        assert await _seen(world, replace(other, given_scope=scope)) == {for_anybody}
    with pytest.raises(NotFound):
        await world.people.taking.claim(conversation_id, other)
    await world.people.agents.delete_group(group, actor="system")
    assert conversation_id in await _seen(world, other), "its group is gone: it is anybody's"


async def test_a_supervisor_decides_within_the_own_scope_only(world: World) -> None:
    agent, stranger = await world.agent("a"), await world.agent("x")
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    await _group(world, "一组", agent, lead)
    narrow = replace(lead, given_scope=GROUP)
    ours, theirs = await served(world, agent, who="v1"), await served(world, stranger, who="v2")
    with pytest.raises(NotOwner):
        await world.people.ending.close(theirs, narrow)
    with pytest.raises(NotOwner):
        await world.people.transfers.to_agent(theirs, narrow, agent.account_id, "")
    await world.people.ending.close(ours, narrow)
    await world.people.ending.close(theirs, lead)
    assert (await world.conversation(theirs)).status == ConversationStatus.CLOSED


async def test_a_desk_hears_the_queues_of_its_groups_and_all_only_with_scope_and_permission(
    world: World,
) -> None:
    member, lead = await world.agent("m"), await world.agent("lead", role=Role.SUPERVISOR)
    group = await _group(world, "贷款组", member)
    for actor, hears_group, hears_all in (
        (member, True, False),
        (replace(member, given_scope=ALL), True, False),
        (lead, True, True),
        (replace(lead, given_scope=GROUP), False, False),
        (await world.agent("x"), False, False),
    ):
        async with world.uows.read() as session:
            rooms = await rooms_of(session, actor)
        assert queue_room(None) in rooms
        assert (queue_room(group) in rooms, SUPERVISOR_ROOM in rooms) == (hears_group, hears_all)


async def test_who_neither_may_take_it_nor_supervises_hears_only_that_something_waits(
    world: World,
) -> None:
    conversation_id = await world.say("转人工，我叫张三")
    [queued] = world.told("conversation.queued", conversation_id)
    assert queued.audience.agent_rooms == {queue_room(None), SUPERVISOR_ROOM}
    for event in world.told("conversation.updated", conversation_id):
        if "desk" in event.audience.agent_rooms:
            assert "张三" not in event.payload.model_dump_json()

"""An offer to a colleague: accepted, declined, taken back, run out of time; and the races around it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.auth.actor import Actor
from core.errors import CapacityReached, NotOwner
from handoff.agents.schemas import GroupWrite
from handoff.desk.team.handing import TransferGone, TransferPending
from handoff.desk.team.targets import TargetOffline
from handoff.desk.transfers import NothingToReturn
from tests.integration.handoff.conftest import World
from tests.integration.handoff.routing_steps import configure, group
from tests.integration.handoff.steps import answer, handed_over, served


async def _offered(world: World) -> tuple[Actor, Actor, str]:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "问贷款")
    return agent, other, conversation_id


async def _owner(world: World, conversation_id: str) -> str | None:
    return (await world.conversation(conversation_id)).owner_id


def _alerts(world: World, agent: Actor) -> list[str]:
    room = f"agent:{agent.account_id}"
    return [
        event.payload.code  # type: ignore[attr-defined]
        for event in world.heard.events
        if event.name == "alert.raised" and room in event.audience.agent_rooms
    ]


async def test_until_it_is_accepted_the_sender_serves_the_citizen(world: World) -> None:
    agent, other, conversation_id = await _offered(world)
    await answer(world, conversation_id, agent, "请稍等")
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, other, "您好")
    assert _alerts(world, other) == ["transfer_offered"]
    epoch = (await world.conversation(conversation_id)).epoch
    read = await world.people.team.offers.accept(conversation_id, other)
    assert (read.owner_id, read.epoch) == (other.account_id, epoch + 1)
    await answer(world, conversation_id, other, "您好")
    assert ("agent", "转接说明：问贷款") in await world.texts(conversation_id)
    assert "transfer_accepted" in _alerts(world, agent)
    with pytest.raises(TransferGone):
        await world.people.team.offers.accept(conversation_id, other)


async def test_a_declined_offer_stays_with_the_sender_who_hears_why(world: World) -> None:
    agent, other, conversation_id = await _offered(world)
    await world.people.team.offers.decline(conversation_id, other, "正在开会")
    assert await _owner(world, conversation_id) == agent.account_id
    assert _alerts(world, agent) == ["transfer_declined"]
    rows = await world.thread(conversation_id)
    assert [row.content["text"] for row in rows if row.private] == ["坐席b没有接受转接：正在开会"]
    await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "")


async def test_only_who_was_asked_may_answer_and_only_the_sender_takes_back(world: World) -> None:
    agent, other, conversation_id = await _offered(world)
    stranger = await world.agent("c")
    for wrong in (
        world.people.team.offers.accept(conversation_id, stranger),
        world.people.team.offers.decline(conversation_id, stranger, ""),
    ):
        with pytest.raises(TransferGone):
            await wrong
    with pytest.raises(NotOwner):
        await world.people.team.offers.cancel(conversation_id, other)
    await world.people.team.offers.cancel(conversation_id, agent)
    with pytest.raises(TransferGone):
        await world.people.team.offers.accept(conversation_id, other)


async def test_an_offer_nobody_answers_comes_back_with_an_alert(world: World) -> None:
    agent, other, conversation_id = await _offered(world)
    world.clock.advance(timedelta(seconds=29))
    await world.sweeper.sweep_once()
    assert "transfer_expired" not in _alerts(world, agent)
    world.clock.advance(timedelta(seconds=2))
    with pytest.raises(TransferGone):
        await world.people.team.offers.accept(conversation_id, other)
    await world.sweeper.sweep_once()
    assert "transfer_expired" in _alerts(world, agent)
    team = await world.people.team.colleagues.of_conversation(conversation_id, agent)
    assert team.transfer is None
    assert await _owner(world, conversation_id) == agent.account_id


async def test_who_is_full_by_now_cannot_accept_until_there_is_room(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b", capacity=1)
    conversation_id = await served(world, agent)
    await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "")
    taken = await served(world, other, who="v2")
    with pytest.raises(CapacityReached):
        await world.people.team.offers.accept(conversation_id, other)
    await world.people.ending.close(taken, other)
    await world.people.team.offers.accept(conversation_id, other)
    assert await _owner(world, conversation_id) == other.account_id


async def test_of_two_transfers_at_once_one_is_told_that_it_is_pending(world: World) -> None:
    agent, b, c = [await world.agent(each) for each in "abc"]
    conversation_id = await served(world, agent)
    results = await asyncio.gather(
        world.people.transfers.to_agent(conversation_id, agent, b.account_id, ""),
        world.people.transfers.to_agent(conversation_id, agent, c.account_id, ""),
        return_exceptions=True,
    )
    assert sum(isinstance(result, TransferPending) for result in results) == 1
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    group = await world.people.agents.save_group(
        GroupWrite(name="组", members=[b.account_id]), actor="system"
    )
    with pytest.raises(TransferPending):
        await world.people.transfers.to_group(conversation_id, agent, group.id, "")


async def test_accepting_while_the_citizen_closes_leaves_one_truth(world: World) -> None:
    for round_ in range(4):
        agent, other = await world.agent(f"a{round_}"), await world.agent(f"b{round_}")
        conversation_id = await served(world, agent, who=f"v{round_}")
        await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "")
        accepted, closed = await asyncio.gather(
            world.people.team.offers.accept(conversation_id, other),
            world.engine.close(conversation_id, actor="visitor"),
            return_exceptions=True,
        )
        assert not isinstance(closed, BaseException), closed
        assert not isinstance(accepted, BaseException) or isinstance(accepted, TransferGone)
        row = await world.conversation(conversation_id)
        assert (row.status, row.owner_id) == ("closed", None)
        agents = {each.id: each for each in await world.people.agents.list_agents()}
        assert agents[agent.account_id].active == agents[other.account_id].active == 0


async def test_an_offer_is_void_when_the_conversation_went_another_way(world: World) -> None:
    agent, other, conversation_id = await _offered(world)
    await world.people.ending.release(conversation_id, agent)
    with pytest.raises(TransferGone):
        await world.people.team.offers.accept(conversation_id, other)
    world.clock.advance(timedelta(minutes=5))
    await world.sweeper.sweep_once()
    assert "transfer_expired" not in _alerts(world, agent)


async def test_the_receiver_gives_it_back_in_one_step(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    with pytest.raises(NothingToReturn):
        await world.people.transfers.give_back(conversation_id, agent, "")
    await handed_over(world, conversation_id, agent, other)
    team = await world.people.team.colleagues.of_conversation(conversation_id, other)
    assert team.return_to == agent.account_id
    await world.people.agents.set_presence(agent.account_id, "offline")
    with pytest.raises(TargetOffline):
        await world.people.transfers.give_back(conversation_id, other, "不归我们管")
    await world.people.agents.set_presence(agent.account_id, "online")
    await world.people.transfers.give_back(conversation_id, other, "不归我们管")
    assert await _owner(world, conversation_id) == agent.account_id
    assert ("agent", "转接说明：不归我们管") in await world.texts(conversation_id)


async def test_what_no_one_of_the_group_takes_comes_back_if_the_sender_can_have_it(
    world: World,
) -> None:
    agent, member = await world.agent("a", capacity=1), await world.agent("m", online=False)
    group = await world.people.agents.save_group(
        GroupWrite(name="贷款组", members=[member.account_id]), actor="system"
    )
    conversation_id = await served(world, agent)
    await world.people.transfers.to_group(conversation_id, agent, group.id, "")
    world.clock.advance(timedelta(minutes=3))
    await world.people.agents.connect(agent.account_id, "still-here")
    await world.sweeper.sweep_once()
    returned = await world.conversation(conversation_id)
    assert returned.owner_id == agent.account_id
    assert returned.answer_due_at == world.clock.now() + timedelta(minutes=3), "an answer is owed"
    assert "transfer_returned" in _alerts(world, agent)

    await world.people.transfers.to_group(conversation_id, agent, group.id, "")
    await served(world, agent, who="v2")  # no room any more
    world.clock.advance(timedelta(minutes=3))
    await world.people.agents.connect(agent.account_id, "still-here")
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "queued"


async def test_what_no_one_takes_goes_on_waiting_when_the_sender_is_full_of_its_channel(
    world: World,
) -> None:
    await configure(world, channel_capacity={"web": 1})
    agent, member = await world.agent("a"), await world.agent("m", online=False)
    loans = await group(world, "贷款组", member)
    conversation_id = await served(world, agent)
    await world.people.transfers.to_group(conversation_id, agent, loans, "")
    await served(world, agent, who="v2")
    world.clock.advance(timedelta(minutes=3))
    await world.people.agents.connect(agent.account_id, "still-here")
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "queued"


async def test_what_was_taken_from_the_groups_queue_can_be_given_back(world: World) -> None:
    agent, member = await world.agent("a"), await world.agent("m")
    group = await world.people.agents.save_group(
        GroupWrite(name="贷款组", members=[member.account_id]), actor="system"
    )
    conversation_id = await served(world, agent)
    await world.people.transfers.to_group(conversation_id, agent, group.id, "")
    await world.people.taking.claim(conversation_id, member)
    await world.people.transfers.give_back(conversation_id, member, "")
    assert await _owner(world, conversation_id) == agent.account_id

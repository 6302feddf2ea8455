"""What citizens are told of their place and of the wait: by the pace of their own line, and when it changes."""

from __future__ import annotations

from datetime import timedelta

from core.events import QueueUpdated
from handoff.queue.estimate import ENOUGH, PICK_UP_SECONDS
from handoff.queue.news import PlaceNews
from handoff.queue.places import TOLD_AT_ONCE
from tests.integration.handoff.conftest import World
from tests.integration.handoff.routing_steps import ask, group
from tests.integration.handoff.steps import served


async def place(world: World, conversation_id: str) -> QueueUpdated:
    found = await world.people.queue.place_of(conversation_id)
    assert found is not None
    return found


async def test_the_expected_wait_goes_by_the_groups_own_services(world: World) -> None:
    quick, slow = await world.agent("quick", capacity=1), await world.agent("slow", capacity=1)
    await group(world, "快组", quick, businesses=("缴存",))
    await group(world, "慢组", slow, businesses=("贷款",))
    for agent, minutes in ((quick, 1), (slow, 30)):
        for number in range(ENOUGH):
            conversation_id = await served(world, agent, f"{agent.login}{number}")
            world.clock.advance(timedelta(minutes=minutes))
            await world.people.ending.close(conversation_id, agent)
    for agent in (quick, slow):
        await world.people.agents.connect(agent.account_id, f"again-{agent.login}")
        await world.people.agents.set_presence(agent.account_id, "online")
        await served(world, agent, f"now-{agent.login}")
    soon, late = await ask(world, "v1", "缴存"), await ask(world, "v2", "贷款")
    assert (await place(world, soon)).eta_seconds == PICK_UP_SECONDS + 60
    assert (await place(world, late)).eta_seconds == PICK_UP_SECONDS + 30 * 60


async def test_everybody_hears_of_a_shorter_wait_when_somebody_comes_and_once_only(
    world: World,
) -> None:
    first, second = await world.waiting(2)
    news = PlaceNews(world.uows, every=0)
    assert await news.tell_all() == 2
    assert await news.tell_all() == 0
    await world.agent("a", capacity=1)
    news.soon()
    news.soon()
    await news.idle()
    etas = [
        (await world.heard_by(each, "queue.updated"))[-1].payload.eta_seconds
        for each in (first, second)
    ]
    assert etas[0] == PICK_UP_SECONDS
    assert etas[1] is not None
    assert etas[1] > PICK_UP_SECONDS


async def test_in_a_long_line_the_nearest_are_told_at_once_and_the_others_soon(
    world: World,
) -> None:
    line = await world.waiting(TOLD_AT_ONCE + 3)
    await world.engine.cancel_handoff(line[0])
    last = await world.heard_by(line[-1], "queue.updated")
    assert [event.payload.position for event in last] == [TOLD_AT_ONCE + 3]
    near = await world.heard_by(line[TOLD_AT_ONCE], "queue.updated")
    assert near[-1].payload.position == TOLD_AT_ONCE
    await world.people.place_news.tell_all()
    assert (await world.heard_by(line[-1], "queue.updated"))[
        -1
    ].payload.position == TOLD_AT_ONCE + 2
    await world.people.place_news.idle()

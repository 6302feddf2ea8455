"""Ratings: by the citizen who was served, once per service, bound to the agent who gave it."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import BangbanError, InvalidInput, NotFound
from handoff.desk.ending import RatedAlready
from handoff.ratings.service import NothingToRate
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import handed_over


async def served(world: World, agent) -> tuple[str, str]:
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    return conversation_id, (await world.conversation(conversation_id)).contact_id


async def test_the_citizen_rates_the_agent_who_served_last(world: World) -> None:
    first, second = await world.agent("a"), await world.agent("b")
    conversation_id, contact_id = await served(world, first)
    await handed_over(world, conversation_id, first, second)
    await world.people.ending.close(conversation_id, second)
    rating = await world.people.ratings.rate(
        conversation_id=conversation_id,
        contact_id=contact_id,
        score=5,
        tags=["解决问题"],
        comment=" 谢谢 ",
    )
    assert rating.rating is not None
    assert (rating.agent_name, rating.rating.comment) == (second.name, "谢谢")
    context = await world.people.reader.context(conversation_id, second)
    assert [(shown["score"], shown["agent_name"]) for shown in context.ratings] == [(5, "坐席b")]


async def test_a_strangers_rating_is_refused_as_if_there_were_nothing(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    stranger = (await world.conversation(await world.say("你好", who="else"))).contact_id
    with pytest.raises(NotFound):
        await world.people.ratings.rate(
            conversation_id=conversation_id, contact_id=stranger, score=1
        )


async def test_a_service_is_rated_once_however_often_the_button_is_pressed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, contact_id = await served(world, agent)
    await world.people.ending.close(conversation_id, agent)
    await asyncio.gather(
        *(
            world.people.ratings.rate(
                conversation_id=conversation_id, contact_id=contact_id, score=4
            )
            for _ in range(3)
        )
    )
    [shown] = (await world.people.reader.context(conversation_id, agent)).ratings
    assert (shown["score"], shown["earlier"]) == (4, [])
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert (kinds.count("rated"), kinds.count("rating_changed")) == (1, 0)


async def test_what_only_the_bot_served_is_not_rated(world: World) -> None:
    conversation_id = await world.say("你好")
    contact_id = (await world.conversation(conversation_id)).contact_id
    with pytest.raises(NothingToRate):
        await world.people.ratings.rate(
            conversation_id=conversation_id, contact_id=contact_id, score=5
        )


async def test_a_second_service_of_the_same_conversation_can_be_rated_again(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, contact_id = await served(world, agent)
    await world.people.ratings.rate(conversation_id=conversation_id, contact_id=contact_id, score=4)
    await world.people.ending.release(conversation_id, agent)
    await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    await world.people.ratings.rate(conversation_id=conversation_id, contact_id=contact_id, score=5)
    context = await world.people.reader.context(conversation_id, agent)
    assert [shown["score"] for shown in context.ratings] == [4, 5]


async def test_an_agent_invites_a_rating_but_not_twice_for_one_service(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, contact_id = await served(world, agent)
    await world.people.ending.invite_rating(conversation_id, agent)
    [event] = await world.heard_by(conversation_id, "rating.requested")
    assert event.payload.invited_by == "坐席a"
    await world.people.ratings.rate(conversation_id=conversation_id, contact_id=contact_id, score=5)
    with pytest.raises(RatedAlready):
        await world.people.ending.invite_rating(conversation_id, agent)
    await world.people.ending.close(conversation_id, agent)
    assert len(await world.heard_by(conversation_id, "rating.requested")) == 1


async def test_scores_outside_one_to_five_are_refused(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, contact_id = await served(world, agent)
    for score in (0, 6, -1):
        with pytest.raises(InvalidInput):
            await world.people.ratings.rate(
                conversation_id=conversation_id, contact_id=contact_id, score=score
            )


async def test_colleagues_who_may_not_read_the_conversation_do_not_see_its_rating(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id, _ = await served(world, agent)
    with pytest.raises(BangbanError):
        await world.people.reader.context(conversation_id, other)

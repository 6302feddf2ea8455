"""Ratings by the settings of the inbox, of earlier services, and changed within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.conversation.opinions import (
    MOST_CHANGES,
    RatingClosed,
    RatingNeedsReason,
    RatingOutdated,
)
from core.conversation.rating import RatedService
from core.errors import InvalidInput, NotFound
from handoff.agents.schemas import GroupWrite
from handoff.ratings.repository import Filter
from handoff.ratings.settings import CONFIG_NAME, InboxRatings, Level, RatingSettings
from tests.integration.handoff.conftest import World


async def served(world: World, agent: Actor, *, who: str = "visitor-1") -> tuple[str, str]:
    """A service that has ended: its conversation and the citizen."""
    conversation_id = await world.say("转人工", who=who)
    await world.people.taking.claim(conversation_id, agent)
    await world.people.ending.close(conversation_id, agent)
    return conversation_id, (await world.conversation(conversation_id)).contact_id


async def rate(world: World, conversation_id: str, score: int, **more: object) -> RatedService:
    contact_id = (await world.conversation(conversation_id)).contact_id
    return await world.people.ratings.rate(
        conversation_id=conversation_id, contact_id=contact_id, score=score, **more
    )


async def test_a_rating_may_be_changed_for_a_day_and_the_desk_reads_before_and_after(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    await rate(world, conversation_id, 2, tags=["等待太久"], comment="电话13812345678没人接")
    world.clock.advance(timedelta(hours=23))
    changed = await rate(world, conversation_id, 5, tags=["解决问题"])
    assert changed.rating is not None
    assert changed.rating.label == "非常满意"
    [row] = [
        r for r in await world.thread(conversation_id) if r.content.get("kind") == "rating_changed"
    ]
    assert row.private
    assert row.content["text"] == "市民把评价从“不满意”改为“非常满意”"
    assert row.content["data"]["before"] == {"score": 2, "label": "不满意", "tags": ["等待太久"]}
    assert row.content["data"]["after"]["score"] == 5
    [shown] = (await world.people.reader.context(conversation_id, agent)).ratings
    assert (shown["score"], shown["earlier"][0]["score"]) == (5, 2)
    # The desk never looks at numbers in comments, so none is kept.
    assert shown["earlier"][0]["comment"] == "电话[手机号]没人接"
    async with world.uows.read() as session:
        query = select(AuditRow).where(AuditRow.action == "rating.changed")
        [noted] = (await session.scalars(query)).all()
    assert (noted.data["before"], noted.data["after"]) == (2, 5)


async def test_after_a_day_a_rating_stays_as_it_is(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    await rate(world, conversation_id, 2)
    world.clock.advance(timedelta(days=1, seconds=1))
    with pytest.raises(RatingClosed):
        await rate(world, conversation_id, 5)
    kept = await rate(world, conversation_id, 2)  # the same again is no change
    assert kept.rating is not None
    assert kept.rating.score == 2


async def test_changes_have_an_end(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    for number in range(MOST_CHANGES + 1):
        await rate(world, conversation_id, 1 + number % 2)
    with pytest.raises(RatingClosed):
        await rate(world, conversation_id, 5)


async def test_an_earlier_service_is_rated_by_its_number_also_after_a_new_conversation_was_begun(
    world: World,
) -> None:
    first, second = await world.agent("a"), await world.agent("b")
    old, contact_id = await served(world, first)
    world.clock.advance(timedelta(minutes=5))
    await served(world, second)
    await world.say("你好")
    async with world.uows.read() as session:
        offer = await world.people.ratings.offer(session, contact_id=contact_id, inbox_id="web")
    assert [(each.agent_name, each.rating) for each in offer.services] == [
        ("坐席b", None), ("坐席a", None),
    ]  # fmt: skip
    rated = await rate(world, old, 4, service_id=offer.services[1].id)
    assert rated.agent_name == "坐席a"
    [told] = await world.heard_by(old, "rating.updated")
    assert told.payload.rating.score == 4
    assert not told.audience.agent_rooms


async def test_services_of_others_and_of_other_conversations_are_not_there(world: World) -> None:
    agent = await world.agent("a")
    mine, _ = await served(world, agent)
    theirs, stranger = await served(world, agent, who="visitor-2")
    async with world.uows.read() as session:
        offer = await world.people.ratings.offer(session, contact_id=stranger, inbox_id="web")
        nobodys = await world.people.ratings.offer(session, contact_id=None, inbox_id="web")
    assert ([each.conversation_id for each in offer.services], nobodys.services) == ([theirs], [])
    with pytest.raises(NotFound):
        await rate(world, mine, 1, service_id=offer.services[0].id)


async def test_a_service_can_be_rated_only_for_some_days(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, contact_id = await served(world, agent)
    settings = RatingSettings(default=InboxRatings(open_days=3))
    await world.configure(CONFIG_NAME, settings)
    world.clock.advance(timedelta(days=3, seconds=1))
    with pytest.raises(RatingClosed):
        await rate(world, conversation_id, 5)
    async with world.uows.read() as session:
        offer = await world.people.ratings.offer(session, contact_id=contact_id, inbox_id="web")
    assert offer.services == []


async def test_tags_are_those_of_the_level_and_not_too_many(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    with pytest.raises(RatingOutdated):
        await rate(world, conversation_id, 5, tags=["等待太久"])  # a tag of the bad levels
    with pytest.raises(RatingOutdated):
        await rate(world, conversation_id, 5, tags=["<script>"])
    await world.configure(CONFIG_NAME, RatingSettings(default=InboxRatings(most_tags=1)))
    with pytest.raises(InvalidInput):
        await rate(world, conversation_id, 5, tags=["解答清楚", "解决问题"])
    rated = await rate(world, conversation_id, 5, tags=["解答清楚", "解答清楚"])
    assert rated.rating is not None
    assert rated.rating.tags == ["解答清楚"]


async def test_bad_levels_may_ask_for_a_reason(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    await world.configure(CONFIG_NAME, RatingSettings(default=InboxRatings(reason_up_to=2)))
    with pytest.raises(RatingNeedsReason):
        await rate(world, conversation_id, 2, comment=" \n")
    await rate(world, conversation_id, 3)
    await rate(world, conversation_id, 2, comment="没说清楚")
    await rate(world, conversation_id, 1, tags=["态度不好"])


async def test_an_inbox_has_labels_of_its_own(world: World) -> None:
    agent = await world.agent("a")
    conversation_id, _ = await served(world, agent)
    own = InboxRatings(
        levels=[Level(score=n, label=f"{n} 分", tags=[f"理由{n}"]) for n in range(1, 6)]
    )
    await world.configure(CONFIG_NAME, RatingSettings(inboxes={"web": own}))
    rated = await rate(world, conversation_id, 5, tags=["理由5"])
    assert rated.rating is not None
    assert rated.rating.label == "5 分"
    assert ("system", "市民评价：5 分") in await world.texts(conversation_id)


async def test_the_rating_keeps_the_group_the_service_was_given_for(world: World) -> None:
    agent = await world.agent("a")
    groups = [
        await world.people.agents.save_group(
            GroupWrite(name=name, categories=categories, members=[agent.account_id]), actor="test"
        )
        for name, categories in (("贷款组", ["贷款"]), ("提取组", ["提取"]))
    ]
    # Of two groups of the agent's only the line that was waited in tells which.
    conversation_id, _ = await served(world, agent)
    await rate(world, conversation_id, 4)
    page = await world.people.ratings.page(Filter(), after=None, limit=10)
    assert [item.group_name for item in page.items] == [""]
    await world.people.agents.delete_group(groups[1].id, actor="test")
    second, _ = await served(world, agent, who="visitor-2")
    await rate(world, second, 3)
    page = await world.people.ratings.page(
        Filter(group_id=groups[0].id, scores=[3]), after=None, limit=10
    )
    assert [(item.group_name, item.score) for item in page.items] == [("贷款组", 3)]

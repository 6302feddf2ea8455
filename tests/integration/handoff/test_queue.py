"""Waiting for people: who gets in, where they stand, who gets them, and what races cannot do."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.errors import AlreadyClaimed, BangbanError, CapacityReached
from core.events import QueueUpdated
from handoff.agents.schemas import GroupWrite
from handoff.hours.decisions import Row
from handoff.hours.settings import HOURS_CONFIG, HoursSettings, Schedule
from handoff.queue.models import Assignment, QueueEntry
from handoff.queue.service import QueueEmpty
from handoff.queue.settings import CONFIG_NAME as QUEUE
from handoff.queue.settings import QueueSettings
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import served


def places(events: list) -> list[int]:
    return [event.payload.position for event in events]


async def test_a_keyword_queues_the_conversation_with_its_reason_and_place(world: World) -> None:
    conversation_id = await world.say("转人工")
    conversation = await world.conversation(conversation_id)
    assert conversation.status == "queued"
    assert conversation.handoff is not None
    assert conversation.handoff["rule"] == "keyword"
    assert conversation.handoff["evidence"]["keyword"] == "转人工"
    assert places(await world.heard_by(conversation_id, "queue.updated")) == [1]
    [queued] = world.told("conversation.queued", conversation_id)
    assert queued.payload.conversation.status == "queued"
    assert queued.payload.conversation.epoch == conversation.epoch
    assert world.bot.turns == []


async def test_everybody_behind_moves_up_and_is_told_when_the_first_is_claimed(
    world: World,
) -> None:
    first, second, third = await world.waiting(3)
    agent = await world.agent("a")
    claimed = await world.people.taking.claim_next(agent)
    assert claimed.id == first
    assert places(await world.heard_by(second, "queue.updated")) == [2, 1]
    assert places(await world.heard_by(third, "queue.updated")) == [3, 2]
    assert places(await world.heard_by(first, "queue.updated")) == [1]


async def test_those_in_front_are_not_told_when_somebody_behind_leaves(world: World) -> None:
    first, second, third = await world.waiting(3)
    await world.engine.cancel_handoff(second)
    assert places(await world.heard_by(first, "queue.updated")) == [1]
    assert places(await world.heard_by(third, "queue.updated")) == [3, 2]
    assert (await world.conversation(second)).status == "bot"


async def test_a_citizen_who_reconnects_can_ask_for_the_place(world: World) -> None:
    _, second = await world.waiting(2)
    place = await world.people.queue.place_of(second)
    assert place == QueueUpdated(
        conversation_id=second, position=2, ahead=1, eta_seconds=None
    )  # nobody is online, so nobody can say how long it takes
    await world.agent("a", capacity=1)
    expected = await world.people.queue.place_of(second)
    assert expected is not None
    assert expected.eta_seconds is not None
    assert expected.eta_seconds > 30
    await world.engine.cancel_handoff(second)
    assert await world.people.queue.place_of(second) is None


async def test_two_agents_who_claim_the_same_conversation_exactly_one_wins(world: World) -> None:
    for round_ in range(5):
        [wanted] = await world.waiting(1)
        agents = [await world.agent(f"{name}{round_}") for name in "abcd"]
        results = await asyncio.gather(
            *(world.people.taking.claim(wanted, agent) for agent in agents), return_exceptions=True
        )
        won = [result for result in results if not isinstance(result, BaseException)]
        lost = [result for result in results if isinstance(result, BaseException)]
        assert len(won) == 1
        assert all(isinstance(error, AlreadyClaimed) for error in lost), lost
        assert (await world.conversation(wanted)).owner_id == won[0].owner_id


async def test_who_loses_between_two_queries_hears_what_became_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await world.agent("late")

    async def changed_before(status: str) -> BangbanError:
        """What the agent hears when a colleague's or the citizen's commit falls between two queries."""

        async def looks(session: AsyncSession, wanted: Conversation, actor: Actor) -> bool:
            same = Conversation.id == wanted.id
            becomes = update(Conversation).where(same).values(status=status)
            await session.execute(becomes, execution_options={"synchronize_session": False})
            return False

        [wanted] = await world.waiting(1)
        with monkeypatch.context() as patch:
            patch.setattr("handoff.desk.taking.may_read", looks)
            with pytest.raises(BangbanError) as told:
                await world.people.taking.claim(wanted, agent)
        return told.value

    assert (await changed_before("assigned")).code == "already_claimed"
    left = await changed_before("bot")
    assert (left.code, left.details["reason"]) == ("conflict", "left_queue")
    assert (await changed_before("queued")).code == "not_found"


async def test_many_agents_take_many_conversations_each_once_and_none_above_capacity(
    world: World,
) -> None:
    wanted = await world.waiting(20)
    agents = [await world.agent(f"a{n}", capacity=3) for n in range(6)]

    async def keep_claiming(agent) -> list[str]:
        got = []
        for _ in range(5):
            try:
                got.append((await world.people.taking.claim_next(agent)).id)
            except (CapacityReached, QueueEmpty):
                continue
        return got

    # Two tabs of each agent at the same time: the capacity is the agent's, not the tab's.
    taken = await asyncio.gather(*(keep_claiming(agent) for agent in agents for _tab in range(2)))
    everything = [conversation_id for got in taken for conversation_id in got]
    assert len(everything) == len(set(everything)) == 18
    assert set(everything) <= set(wanted)
    async with world.uows.read() as session:
        counts = await session.execute(
            select(Conversation.owner_id, func.count())
            .where(Conversation.status == ConversationStatus.ASSIGNED)
            .group_by(Conversation.owner_id)
        )
        assert {count for _, count in counts} == {3}
        waiting = select(func.count()).select_from(QueueEntry).where(QueueEntry.state == "waiting")
        assert await session.scalar(waiting) == 2


async def test_claims_go_in_the_order_of_waiting(world: World) -> None:
    wanted = await world.waiting(4)
    agent = await world.agent("a", capacity=10)
    assert [(await world.people.taking.claim_next(agent)).id for _ in wanted] == wanted
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(agent)


async def test_an_agent_at_capacity_cannot_claim_until_one_conversation_is_closed(
    world: World,
) -> None:
    first, second = await world.waiting(2)
    agent = await world.agent("a", capacity=1)
    await world.people.taking.claim(first, agent)
    with pytest.raises(CapacityReached):
        await world.people.taking.claim(second, agent)
    await world.people.ending.close(first, agent)
    assert (await world.people.taking.claim_next(agent)).id == second


async def test_a_claim_and_a_cancellation_at_once_leave_one_truth(world: World) -> None:
    for round_ in range(5):
        [wanted] = await world.waiting(1)
        agent = await world.agent(f"a{round_}")
        results = await asyncio.gather(
            world.people.taking.claim(wanted, agent),
            world.engine.cancel_handoff(wanted),
            return_exceptions=True,
        )
        errors = [error for error in results if isinstance(error, BaseException)]
        assert all(isinstance(error, BangbanError) for error in errors), errors
        conversation = await world.conversation(wanted)
        async with world.uows.read() as session:
            entry = await session.scalar(
                select(QueueEntry).where(QueueEntry.conversation_id == wanted)
            )
            served = await session.scalar(
                select(func.count())
                .select_from(Assignment)
                .where(Assignment.conversation_id == wanted, Assignment.ended_at.is_(None))
            )
        assert entry is not None
        if conversation.status == "assigned":
            assert (entry.state, served) == ("claimed", 1)
        else:
            assert (conversation.status, entry.state, served) == ("bot", "cancelled", 0)


async def test_waiting_too_long_leads_back_to_the_bot_with_an_apology(world: World) -> None:
    await world.configure(QUEUE, QueueSettings(timeout_minutes=10))
    first = await world.say("转人工", who="a")
    world.clock.advance(timedelta(minutes=4))
    second = await world.say("转人工", who="b")
    world.clock.advance(timedelta(minutes=7))
    assert await world.sweeper.sweep_once() >= 1
    assert (await world.conversation(first)).status == "bot"
    assert "等待 11 分钟" in (await world.texts(first))[-1][1]
    assert (await world.conversation(second)).status == "queued"
    assert places(await world.heard_by(second, "queue.updated")) == [2, 1]
    # Claimed before it is due, the time-out must not come.
    await world.people.taking.claim(second, await world.agent("c"))
    world.clock.advance(timedelta(minutes=30))
    await world.sweeper.sweep_once()
    assert (await world.conversation(second)).status != "bot"


def afternoons_but_for(closed: str) -> HoursSettings:
    schedule = Schedule(
        id="pm", name="下午", weekly=[["14:00-17:30"]] * 5 + [[], []],
        special={date.fromisoformat(closed): []},
    )  # fmt: skip
    return HoursSettings(schedules=[schedule], usual="pm")


async def test_outside_duty_hours_the_bot_says_when_people_are_there(world: World) -> None:
    # The clock stands at Monday 10:00 in China.
    await world.configure(HOURS_CONFIG, afternoons_but_for("2026-11-23"))
    conversation_id = await world.say("转人工")
    assert (await world.conversation(conversation_id)).status == "bot"
    kind, text = (await world.texts(conversation_id))[-1]
    assert kind == "bot"
    assert "明天14:00" in text


async def test_a_full_queue_and_an_empty_desk_refuse_when_configured(world: World) -> None:
    await world.admit_by(Row("bot", waiting_from=1), Row("bot", agents="none"), Row("queue"))
    refused = await world.say("转人工", who="a")
    assert "没有工作人员在线" in (await world.texts(refused))[-1][1]
    await world.agent("x")
    assert (await world.conversation(await world.say("转人工", who="b"))).status == "queued"
    late = await world.say("转人工", who="c")
    assert "排队的人很多" in (await world.texts(late))[-1][1]


async def test_whoever_waits_for_a_group_that_is_dissolved_is_served_by_anybody(
    world: World,
) -> None:
    member, other = await world.agent("a"), await world.agent("b")
    group = await world.people.agents.save_group(
        GroupWrite(name="贷款组", members=[member.account_id]), actor="system"
    )
    conversation_id = await served(world, member)
    await world.people.transfers.to_group(conversation_id, member, group.id, "")
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(other)
    await world.people.agents.delete_group(group.id, actor="system")
    assert (await world.people.taking.claim_next(other)).id == conversation_id


async def test_only_members_get_what_waits_for_their_group(world: World) -> None:
    loans, other = await world.agent("loans"), await world.agent("other")
    await world.people.agents.save_group(
        GroupWrite(name="贷款组", categories=["贷款"], members=[loans.account_id]), actor="system"
    )
    await world.people.agents.save_group(
        GroupWrite(name="空组", categories=["提取"]), actor="system"
    )
    conversation_id = await world.say("你好")
    await world.engine.request_handoff(conversation_id, category="贷款")
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(other)
    assert (await world.people.taking.claim_next(loans)).id == conversation_id
    # A group without members would wait for ever: such a wish goes to everybody.
    second = await world.say("你好", who="v2")
    await world.engine.request_handoff(second, category="提取")
    assert (await world.people.taking.claim_next(other)).id == second

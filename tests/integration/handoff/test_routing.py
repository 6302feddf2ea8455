"""Where conversations wait and who is given them: groups, overflow, names, capacities, automatic assignment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.auth.permissions import Role
from core.conversation.models import Inbox
from core.errors import CapacityReached
from handoff.desk.reassigning import AssigneeOffline, NotWaiting
from handoff.queue.service import QueueEmpty
from tests.integration.handoff.conftest import World
from tests.integration.handoff.routing_steps import (
    ask,
    change_contact,
    configure,
    group,
    owner,
    position,
    why,
)
from tests.integration.handoff.steps import served

# ---- order and groups ------------------------------------------------------------------------------


async def test_points_bring_forward_and_waiting_makes_up_for_them(world: World) -> None:
    await configure(world, priority={"points_per_minute": 1, "tags": {"残疾": 5}})
    first = await world.say("你好", who="first")
    await world.engine.request_handoff(first)
    world.clock.advance(timedelta(minutes=4))
    tagged = await world.say("你好", who="tagged")
    await change_contact(world, tagged, tags=["残疾"])
    await world.engine.request_handoff(tagged)
    world.clock.advance(timedelta(minutes=2))
    late = await world.say("你好", who="late")
    await change_contact(world, late, tags=["残疾"])
    await world.engine.request_handoff(late)
    # Five points are worth five minutes: the one who came four minutes later goes first, six minutes later not.
    assert [await position(world, each) for each in (tagged, first, late)] == [1, 2, 3]
    agent = await world.agent("a")
    assert (await world.people.taking.claim_next(agent)).id == tagged
    assert "优先级 5：标签“残疾” +5" in await why(world, tagged)


async def test_a_rule_names_the_group_and_the_answer_says_which(world: World) -> None:
    loans, other = await world.agent("loans"), await world.agent("other")
    group_id = await group(world, "贷款组", loans)
    rules = [{"name": "网站都归贷款组", "group": group_id, "channel": ["web"]}]
    await configure(world, rules=rules)
    conversation_id = await ask(world, "v")
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(other)
    assert (await world.people.taking.claim_next(loans)).id == conversation_id
    assert "分配规则“网站都归贷款组”符合，排到“贷款组”。" in await why(world, conversation_id)


async def test_a_place_counts_all_whom_the_same_agents_may_serve_first(world: World) -> None:
    both, taxes = await world.agent("both"), await world.agent("taxes")
    await group(world, "贷款组", both, businesses=("贷款",))
    await group(world, "提取组", both, taxes, businesses=("提取",))
    await group(world, "执法组", await world.agent("x"), businesses=("执法",))
    for number, business in enumerate(["提取", "执法", None]):
        await ask(world, f"v{number}", business)
    loan = await ask(world, "v9", "贷款")
    # Before it: one for the group it shares an agent with, one for anybody; not the one for strangers.
    assert await position(world, loan) == 3
    assert [event.payload.position for event in await world.heard_by(loan, "queue.updated")] == [3]
    await world.people.taking.claim_next(taxes)
    assert [event.payload.position for event in await world.heard_by(loan, "queue.updated")] == [
        3,
        2,
    ]


async def test_overflow_keeps_the_time_waited_and_tells_the_citizen_what_is_better(
    world: World,
) -> None:
    loans, other = await world.agent("loans"), await world.agent("other")
    small, big = await group(world, "贷款组", loans), await group(world, "综合组", other)
    await configure(
        world,
        rules=[{"name": "贷款", "group": small, "business": ["贷款"]}, {"name": "其他", "group": big}],
        overflow=[{"from_group": small, "to_group": big, "after_seconds": 60, "text": "已为您改接综合组。"}],
    )  # fmt: skip
    first, second = await ask(world, "v1", "贷款"), await ask(world, "v2", "贷款")
    world.clock.advance(timedelta(seconds=30))
    elsewhere = await ask(world, "v3", "提取")
    world.clock.advance(timedelta(seconds=31))
    await world.sweeper.sweep_once()
    assert "已为您改接综合组。" in [text for _, text in await world.texts(second)]
    claimed = [(await world.people.taking.claim_next(other)).id for _ in range(3)]
    assert claimed == [first, second, elsewhere]
    assert "“贷款组”60 秒内没有接起，溢出到“综合组”，排队时间照算。" in await why(world, first)


async def test_overflow_passes_through_groups_without_members_to_anybody(world: World) -> None:
    loans, other = await world.agent("loans"), await world.agent("other")
    small, empty = await group(world, "贷款组", loans), await group(world, "空组")
    await configure(
        world,
        rules=[{"name": "都", "group": small}],
        overflow=[
            {"from_group": small, "to_group": empty, "after_seconds": 60},
            {"from_group": empty, "to_group": None, "after_seconds": 60},
        ],
    )
    conversation_id = await ask(world, "v")
    world.clock.advance(timedelta(seconds=61))
    await world.sweeper.sweep_once()
    assert (await world.people.taking.claim_next(other)).id == conversation_id


# ---- by name ---------------------------------------------------------------------------------------


async def test_who_served_before_is_waited_for_and_then_anybody_may(world: World) -> None:
    familiar, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, familiar)
    await world.people.ending.release(conversation_id, familiar)
    await world.engine.request_handoff(conversation_id)
    with pytest.raises(QueueEmpty) as caught:
        await world.people.taking.claim_next(other)
    assert caught.value.details == {"kept": 1}
    world.clock.advance(timedelta(seconds=31))
    assert (await world.people.taking.claim_next(other)).id == conversation_id
    assert "坐席a最近为这位市民服务过，先等坐席a 30 秒。" in await why(world, conversation_id)


async def test_a_designated_agent_is_waited_for_also_outside_their_groups(world: World) -> None:
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    wanted, member = await world.agent("a"), await world.agent("b")
    await group(world, "贷款组", member, businesses=("贷款",))
    conversation_id = await world.say("你好", who="v")
    await world.people.reassigning.designate(conversation_id, lead, wanted.account_id)
    await world.engine.request_handoff(conversation_id, category="贷款")
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(member)
    assert (await world.people.taking.claim_next(wanted)).id == conversation_id
    assert "有指定坐席坐席a" in await why(world, conversation_id)
    await world.people.ending.close(conversation_id, wanted)
    await world.people.agents.set_presence(wanted.account_id, "offline")
    again = await ask(world, "v", "贷款")
    assert (await world.people.taking.claim_next(member)).id == again
    assert "现在接不了，由其他坐席接待" in await why(world, again)


async def test_a_rule_may_name_an_agent_who_is_waited_for_first(world: World) -> None:
    lead, member = await world.agent("a"), await world.agent("b")
    loans = await group(world, "贷款组", member)
    await configure(world, rules=[{"name": "重点", "group": loans, "agent": lead.account_id}])
    conversation_id = await ask(world, "v")
    with pytest.raises(QueueEmpty):
        await world.people.taking.claim_next(member)
    # Not of the group, but named: told of it, sees it, may take it.
    [queued] = world.told("conversation.queued", conversation_id)
    assert f"agent:{lead.account_id}" in queued.audience.agent_rooms
    assert (await world.people.taking.claim(conversation_id, lead)).owner_id == lead.account_id
    assert "分配规则要先找坐席a，先等坐席a 2 分钟。" in await why(world, conversation_id)


# ---- capacity of a channel -------------------------------------------------------------------------


async def test_a_channels_capacity_is_kept_by_claiming_picking_and_reassigning(
    world: World,
) -> None:
    async with world.uows.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="mini", channel="miniprogram", name="小程序", created_at=now))
    await configure(world, channel_capacity={"web": 1})
    agent = await world.agent("a")
    first, second = await world.waiting(2)
    assert (await world.people.taking.claim_next(agent)).id == first
    with pytest.raises(CapacityReached):
        await world.people.taking.claim_next(agent)
    with pytest.raises(CapacityReached):
        await world.people.taking.claim(second, agent)
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    with pytest.raises(CapacityReached):
        await world.people.reassigning.to_agent(second, lead, agent.account_id, "")


# ---- supervisors -----------------------------------------------------------------------------------


async def test_a_supervisor_gives_moves_and_brings_forward_what_waits(world: World) -> None:
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    a, b = await world.agent("a"), await world.agent("b")
    loans = await group(world, "贷款组", b)
    first, second, third = await world.waiting(3)
    await world.people.reassigning.reprioritise(third, lead, 50, "")
    assert [await position(world, each) for each in (third, first, second)] == [1, 2, 3]
    assert [e.payload.position for e in await world.heard_by(first, "queue.updated")][-1] == 2
    await world.people.reassigning.to_group(second, lead, loans, "")
    assert (await world.people.taking.claim_next(a)).id == third
    await world.people.reassigning.to_agent(first, lead, b.account_id, "请优先处理")
    assert await owner(world, first) == b.account_id
    assert "由坐席lead指派。" in await why(world, first)
    assert ("agent", "指派说明：请优先处理") in await world.texts(first)
    assert (await world.people.taking.claim_next(b)).id == second
    assert "坐席lead把排队改到“贷款组”。" in await why(world, second)
    with pytest.raises(NotWaiting):
        await world.people.reassigning.reprioritise(second, lead, 1, "")


async def test_nobody_is_given_to_who_is_not_there(world: World) -> None:
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    away = await world.agent("a", online=False)
    [waiting] = await world.waiting(1)
    with pytest.raises(AssigneeOffline):
        await world.people.reassigning.to_agent(waiting, lead, away.account_id, "")
    assert (await world.conversation(waiting)).status == "queued"

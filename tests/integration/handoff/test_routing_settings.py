"""The settings of routing over HTTP: what is refused, and what a trial says of an example citizen."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from core.errors import BangbanError
from handoff.desk.routing_endpoints import check
from handoff.desk.routing_trial import RoutingTrial, try_out
from handoff.routing.settings import RoutingSettings
from tests.integration.handoff.conftest import World
from tests.integration.handoff.routing_steps import group

NOWHERE = "00000000-0000-7000-8000-000000000000"


async def refusal(world: World, **settings: Any) -> tuple[str, str]:
    """The code and the field for which settings are refused."""
    with pytest.raises(BangbanError) as caught:
        async with world.uows.write() as uow:
            await check(uow, RoutingSettings.model_validate(settings))
    return caught.value.code, caught.value.details["field"]


async def test_overflow_that_runs_in_a_circle_is_refused_with_the_groups_named(
    world: World,
) -> None:
    a, b, c = [
        await group(world, name, await world.agent(name)) for name in ("甲组", "乙组", "丙组")
    ]
    circle = [
        {"from_group": a, "to_group": b}, {"from_group": b, "to_group": c}, {"from_group": c, "to_group": a}
    ]  # fmt: skip
    assert await refusal(world, overflow=circle) == ("overflow_loop", "overflow")
    assert await refusal(world, overflow=[{"from_group": a, "to_group": a}]) == (
        "overflow_loop", "overflow",
    )  # fmt: skip
    async with world.uows.write() as uow:
        await check(uow, RoutingSettings.model_validate({"overflow": circle[:2]}))


async def test_groups_and_inboxes_that_are_not_there_are_refused_at_their_field(
    world: World,
) -> None:
    there = await group(world, "甲组")
    rules = [{"name": "一", "group": there}, {"name": "二", "group": NOWHERE}]
    assert await refusal(world, rules=rules) == ("unknown_group", "rules.1.group")
    assert await refusal(world, overflow=[{"from_group": NOWHERE}]) == (
        "unknown_group", "overflow.0.from_group",
    )  # fmt: skip
    assert await refusal(world, overflow=[{"from_group": there, "to_group": NOWHERE}]) == (
        "unknown_group", "overflow.0.to_group",
    )  # fmt: skip
    rules = [{"name": "一", "group": there, "agent": NOWHERE}]
    assert await refusal(world, rules=rules) == ("unknown_agent", "rules.0.agent")
    twice = [{"from_group": there}, {"from_group": there, "after_seconds": 30}]
    assert await refusal(world, overflow=twice) == ("overflow_twice", "overflow.1.from_group")
    rules = [{"name": "一", "group": there, "inbox": ["gone"]}]
    assert await refusal(world, rules=rules) == ("invalid_input", "rules.0.inbox")


@pytest.mark.parametrize(
    "settings",
    [
        {"priority": {"points_per_minute": 0}},
        {"priority": {"tags": {"残疾": 1001}}},
        {"priority": {"tags": {"": 1}}},
        {"priority": {"ages": [{"from_age": 0, "points": 1}]}},
        {"strategy": "random"},
        {"channel_capacity": {"web": -1}},
        {"familiar": {"wait_seconds": 0}},
        {"rules": [{"name": "x", "group": "not-an-id"}]},
        {"unknown": 1},
    ],
)
def test_numbers_out_of_bounds_and_unknown_fields_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RoutingSettings.model_validate(settings)


async def test_a_trial_says_group_order_and_agent_without_saving_anything(world: World) -> None:
    agent = await world.agent("a")
    loans = await group(world, "贷款组", agent)
    settings = RoutingSettings.model_validate(
        {
            "priority": {"points_per_minute": 2, "tags": {"残疾": 10}, "ages": []},
            "rules": [{"name": "贷款", "group": loans, "business": ["贷款"]}],
        }
    )
    wanted = RoutingTrial(
        settings=settings, business="贷款", inbox="web", tags=["残疾"], birth_year=1950
    )
    async with world.uows.read() as session:
        found = await try_out(session, wanted, world.clock.now())
        other = await try_out(
            session, RoutingTrial(settings=settings, business="提取"), world.clock.now()
        )
    assert (found.group, found.priority, found.minutes_ahead, found.agent) == (
        "贷款组",
        10,
        5.0,
        "坐席a",
    )
    assert found.lines[0] == "分配规则“贷款”符合，排到“贷款组”。"
    assert (other.group, other.priority) == ("", 0)

"""Running tickets are counted anew when policies, duty hours or calendar change; each says so in its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.configs import put_config
from core.timers.sweeper import TimerSweeper
from handoff.hours.settings import (
    CALENDAR_CONFIG,
    HOURS_CONFIG,
    OFFICE,
    CalendarSettings,
    HoursSettings,
    StatutoryYear,
)
from handoff.sla.spans import Unit
from handoff.tickets.deadlines import recalculating
from handoff.tickets.deadlines.checks import PolicyRefused, check_and_recalculate
from handoff.tickets.deadlines.settings import (
    CONFIG_NAME,
    DeadlineAudience,
    DeadlineEscalation,
    DeadlinePolicy,
    DeadlineSettings,
    DeadlineSpan,
)
from tests.integration.handoff.conftest import World
from tests.integration.handoff.test_ticket_deadlines import (
    deadlines,
    file,
    local,
    policy,
    promise,
    span,
)
from tests.integration.handoff.tickets import staff, steps_of, stored, take


@pytest.fixture
async def clerk(world: World) -> Actor:
    return await staff(world, "clerk")


async def recalculate(world: World) -> recalculating.DeadlineRecalculation:
    """What a server does within half a minute; each batch by a server that has just started."""
    world.clock.advance(recalculating.EVERY)
    await recalculating.arm(world.uows)
    while await TimerSweeper(world.uows, recalculating.timer_handlers()).sweep_once():
        world.clock.advance(timedelta(seconds=15))
    async with world.uows.read() as session:
        return await recalculating.last(session)


async def save(world: World, *policies: DeadlinePolicy) -> None:
    """As the console saves it."""
    settings = DeadlineSettings(policies=list(policies))
    async with world.uows.write() as uow:
        await check_and_recalculate(uow, settings)
        await put_config(uow, CONFIG_NAME, settings, "admin")


async def test_another_policy_moves_what_runs_and_leaves_what_is_over(
    world: World, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculating, "BATCH", 2)
    await promise(world, policy())
    over = await file(world, clerk)
    await take(world, over, "accept", clerk)
    await take(world, over, "resolve", clerk, reason="已办结")
    running = [await file(world, clerk) for _ in range(5)]
    await recalculate(world)
    before = (await deadlines(world, over))["resolve"]
    await save(world, policy(resolve=span(3, "workdays")))
    done = await recalculate(world)
    assert (done.causes, done.checked, done.changed) == (["policies"], 5, 5)
    assert done.finished_at is not None
    for ticket in running:
        assert (await deadlines(world, ticket))["resolve"].due_at == local(11, 26, 17)
        last = (await steps_of(world, ticket.id))[-1]
        assert (last.step, last.actor) == ("reschedule", "system")
        assert "时限规则有变动" in last.reason
        assert last.data["changes"] == [
            {
                "target": "resolve",
                "old": local(11, 30, 17).isoformat(),
                "new": local(11, 26, 17).isoformat(),
            }
        ]
    assert (await deadlines(world, over))["resolve"] == before
    # Counted once: what has not changed since is not written down again.
    count = len(await steps_of(world, running[0].id))
    await recalculate(world)
    assert len(await steps_of(world, running[0].id)) == count


async def test_days_off_that_are_entered_late_move_what_reaches_into_them(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy(resolve=span(29, "workdays")))
    ticket = await file(world, clerk)
    await recalculate(world)
    found = (await deadlines(world, ticket))["resolve"]
    assert "2027 年的放假安排还没有录入" in found.explanation[-1]
    year = StatutoryYear(year=2027, off={f"2027-01-0{day}": "元旦" for day in (1, 2, 3)})
    await world.configure(CALENDAR_CONFIG, CalendarSettings(years=[year]))
    done = await recalculate(world)
    assert (done.causes, done.changed) == (["calendar"], 1)
    moved = (await deadlines(world, ticket))["resolve"]
    assert found.due_at is not None
    assert moved.due_at == found.due_at + timedelta(days=3)
    assert not any("还没有录入" in line for line in moved.explanation)


async def test_other_duty_hours_move_what_is_counted_in_them(world: World, clerk: Actor) -> None:
    await promise(world, policy())
    ticket = await file(world, clerk)
    await recalculate(world)
    later = OFFICE.model_copy(update={"weekly": [["09:00-11:00", "13:00-18:00"]] * 5 + [[], []]})
    await world.configure(HOURS_CONFIG, HoursSettings(schedules=[later], usual=later.id))
    assert (await recalculate(world)).causes == ["hours"]
    found = await deadlines(world, ticket)
    assert found["accept"].due_at == local(11, 23, 14)
    assert found["resolve"].due_at == local(11, 30, 18)
    assert (await stored(world, ticket.id)).due_at == local(11, 23, 14)


async def test_what_was_promised_by_nobody_is_promised_from_its_beginning_and_the_other_way_round(
    world: World, clerk: Actor
) -> None:
    await promise(world)
    ticket = await file(world, clerk)
    await take(world, ticket, "accept", clerk)
    await recalculate(world)
    assert await deadlines(world, ticket) == {}
    await save(world, policy())
    await recalculate(world)
    found = await deadlines(world, ticket)
    assert (found["accept"].state, found["resolve"].started_at) == ("met", local(11, 23, 10))
    await save(world)
    await recalculate(world)
    assert (await deadlines(world, ticket))["resolve"].state == "cancelled"
    assert (await stored(world, ticket.id)).due_at is None
    await save(world, policy())
    await recalculate(world)
    assert (await deadlines(world, ticket))["resolve"].state == "active"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"schedule": "gone"}, "policies.0.schedule"),
    ({"types": ["nothing"]}, "policies.0.types"),
    ({"types": ["complaint"], "given": "reply_by"}, "policies.0.given"),
    (
        {"escalations": [DeadlineEscalation(to=DeadlineAudience(account_ids=["nobody"]))]},
        "policies.0.escalations.0.to.account_ids",
    ),
    ({"schedule": "closed"}, "policies.0.accept"),
]


async def test_a_policy_that_cannot_work_is_refused_where_it_is_wrong(world: World) -> None:
    closed = OFFICE.model_copy(update={"id": "closed", "weekly": [[]] * 7, "makeup": []})
    await world.configure(HOURS_CONFIG, HoursSettings(schedules=[OFFICE, closed], usual="office"))
    for wrong, field in WRONG:
        with pytest.raises(PolicyRefused) as refused:
            await save(world, policy(**wrong))
        assert refused.value.details == {"field": field}


async def test_hours_in_which_nobody_serves_do_not_keep_a_ticket_from_being_filed(
    world: World,
) -> None:
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    await promise(world, policy(accept=DeadlineSpan(amount=30, unit=Unit.MINUTES), resolve=None))
    closed = OFFICE.model_copy(update={"weekly": [[]] * 7, "makeup": []})
    await world.configure(HOURS_CONFIG, HoursSettings(schedules=[closed], usual=closed.id))
    accept = (await deadlines(world, await file(world, boss)))["accept"]
    assert (accept.state, accept.due_at) == ("active", None)
    assert "请检查服务时间设置" in accept.explanation[-1]

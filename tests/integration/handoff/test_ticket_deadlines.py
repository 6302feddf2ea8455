"""Tickets' deadlines by policies: they start, stand still, are met or missed, and everybody is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.configs import get_config
from core.timers.sweeper import TimerSweeper
from handoff.sla.spans import Unit
from handoff.tickets.deadlines import sweep
from handoff.tickets.deadlines.reading import of_ticket
from handoff.tickets.deadlines.schemas import DeadlineRead
from handoff.tickets.deadlines.service import DeadlinePast
from handoff.tickets.deadlines.settings import (
    CONFIG_NAME,
    DeadlineAudience,
    DeadlineEscalation,
    DeadlinePolicy,
    DeadlineSettings,
    DeadlineSpan,
)
from handoff.tickets.models import Ticket
from handoff.tickets.notices.models import TicketNotice
from handoff.tickets.schemas import TicketDetail
from tests.integration.handoff import tickets
from tests.integration.handoff.conftest import World
from tests.integration.handoff.tickets import department, staff, steps_of, stored, take


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A time in China in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def span(amount: int, unit: str) -> DeadlineSpan:
    return DeadlineSpan(amount=amount, unit=Unit(unit))


def policy(**more: Any) -> DeadlinePolicy:
    """Accept within two duty hours, answer within a workday, settle within five."""
    wanted: dict[str, Any] = {
        "id": "all", "name": "全部", "accept": span(120, "minutes"),
        "answer": span(1, "workdays"), "resolve": span(5, "workdays"), **more,
    }  # fmt: skip
    return DeadlinePolicy(**wanted)


async def promise(world: World, *policies: DeadlinePolicy, **more: Any) -> None:
    await world.configure(CONFIG_NAME, DeadlineSettings(policies=list(policies), **more))


async def file(world: World, actor: Actor, **wanted: Any) -> TicketDetail:
    """Its citizen can be asked."""
    return await tickets.file(world, actor, citizen_phone="13800138000", **wanted)


async def deadlines(world: World, ticket: TicketDetail) -> dict[str, DeadlineRead]:
    async with world.uows.read() as session:
        row = await session.get_one(Ticket, ticket.id)
        return {each.target: each for each in await of_ticket(session, row)}


async def notices(world: World, who: Actor) -> list[TicketNotice]:
    """What this person was told of deadlines, oldest first."""
    async with world.uows.read() as session:
        query = select(TicketNotice).where(TicketNotice.account_id == who.account_id)
        found = list(await session.scalars(query.order_by(TicketNotice.id)))
    return [each for each in found if each.kind in ("due_soon", "overdue", "escalated")]


async def look(world: World) -> None:
    """The sweep of a server that has just started; so each call is also a restart."""
    sweeper = TimerSweeper(world.uows, {}, sweep.batch_handlers())
    while await sweeper.sweep_once():
        pass
    # Its lease runs out before the next server comes.
    world.clock.advance(timedelta(seconds=20))


@pytest.fixture
async def clerk(world: World) -> Actor:
    return await staff(world, "clerk")


async def test_a_ticket_gets_the_deadlines_of_its_policy_and_the_next_one_stands_on_it(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy())
    ticket = await file(world, clerk)
    found = await deadlines(world, ticket)
    # Filed on Monday the 23rd at 10:00; people serve 09:00-12:00 and 13:30-17:00.
    assert found["accept"].due_at == local(11, 23, 12)
    assert found["answer"].due_at == local(11, 24, 17)
    assert found["resolve"].due_at == local(11, 30, 17)
    assert (await stored(world, ticket.id)).due_at == local(11, 23, 12)
    assert found["resolve"].explanation == [
        "2026年11月23日（周一）10:00 登记，时限为 5 个工作日。当天不计入，从第二天起算。",
        "期间有 2 个周末休息日，不计入。",
        "最后一天是11月30日（周一），当天 17:00 下班，到期时间为11月30日（周一）17:00。",
    ]
    await take(world, ticket, "accept", clerk)
    assert (await deadlines(world, ticket))["accept"].state == "met"
    assert (await stored(world, ticket.id)).due_at == local(11, 24, 17)


async def test_the_first_policy_that_fits_counts_and_without_one_nothing_is_promised(
    world: World, clerk: Actor
) -> None:
    urgent = policy(id="urgent", name="紧急", priorities=["urgent"], resolve=span(1, "days"))
    complaints = policy(id="complaints", name="投诉", types=["complaint"])
    await promise(world, urgent, complaints)
    assert await deadlines(world, await file(world, clerk)) == {}
    hurried = await file(world, clerk, type="complaint", priority="urgent")
    assert (await deadlines(world, hurried))["resolve"].policy == "紧急"
    usual = await file(world, clerk, type="complaint")
    assert (await deadlines(world, usual))["resolve"].policy == "投诉"


async def test_clocks_stand_still_while_the_citizen_is_waited_for_and_go_on_with_what_was_left(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy())
    ticket = await file(world, clerk)
    await take(world, ticket, "accept", clerk)
    world.clock.advance(timedelta(days=1))
    await take(world, ticket, "ask", clerk, reason="请补充身份证号")
    found = await deadlines(world, ticket)
    assert (found["answer"].state, found["resolve"].state) == ("met", "paused")
    assert found["resolve"].paused_since == local(11, 24, 10)
    assert (await stored(world, ticket.id)).due_at is None
    world.clock.advance(timedelta(days=9))
    await take(world, ticket, "resume", clerk)
    # Four workdays were left on Tuesday the 24th; they begin on the day after Thursday, the 3rd.
    resolve = (await deadlines(world, ticket))["resolve"]
    assert (resolve.state, resolve.due_at) == ("active", local(12, 9, 17))
    assert "恢复时还剩 4 个工作日" in "".join(resolve.explanation)


async def test_a_policy_may_let_the_clock_run_while_the_citizen_is_waited_for(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy(pause_while_pending=False))
    ticket = await file(world, clerk)
    await take(world, ticket, "accept", clerk)
    await take(world, ticket, "ask", clerk, reason="请补充身份证号")
    resolve = (await deadlines(world, ticket))["resolve"]
    assert (resolve.state, resolve.due_at) == ("active", local(11, 30, 17))


async def test_what_is_reopened_is_due_anew_and_what_is_withdrawn_is_owed_no_more(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy())
    ticket = await file(world, clerk)
    await take(world, ticket, "accept", clerk)
    await take(world, ticket, "resolve", clerk, reason="最高六十万元")
    assert (await stored(world, ticket.id)).due_at is None
    world.clock.advance(timedelta(days=1))
    await take(world, ticket, "reopen", clerk, reason="市民仍有疑问")
    resolve = (await deadlines(world, ticket))["resolve"]
    assert (resolve.round, resolve.due_at) == (2, local(12, 1, 17))
    await take(world, ticket, "withdraw", clerk, reason="市民撤回")
    assert (await deadlines(world, ticket))["resolve"].state == "cancelled"
    assert (await stored(world, ticket.id)).due_at is None


async def test_a_date_from_outside_goes_before_the_policy_and_one_in_the_past_is_refused(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy(types=["hotline_12345"], given="reply_by"))
    told = {"transfer_number": "ZB-1", "reply_by": "2026-11-25"}
    ticket = await file(world, clerk, type="hotline_12345", fields=told)
    resolve = (await deadlines(world, ticket))["resolve"]
    assert resolve.due_at == local(11, 25, 17)
    assert "热线要求答复日期" in resolve.explanation[0]
    with pytest.raises(DeadlinePast, match="2026年11月20日 已经过了") as refused:
        await file(world, clerk, type="hotline_12345", fields={**told, "reply_by": "2026-11-20"})
    assert refused.value.details == {"field": "reply_by"}


async def test_another_type_is_counted_by_its_own_policy_from_when_the_ticket_was_filed(
    world: World, clerk: Actor
) -> None:
    await promise(world, policy(types=["complaint"]))
    ticket = await file(world, clerk)
    world.clock.advance(timedelta(hours=1))
    await take(world, ticket, "classify", clerk, type="complaint", reason="实为投诉")
    found = await deadlines(world, ticket)
    assert found["resolve"].started_at == local(11, 23, 10)
    assert found["accept"].due_at == local(11, 23, 12)


async def test_reminders_come_before_lateness_when_it_is_late_and_again_each_once(
    world: World,
) -> None:
    boss, chief = await staff(world, "boss", role=Role.SUPERVISOR), await staff(world, "chief")
    loans = await department(world, "贷款科", leader=chief)
    clerk = await staff(world, "clerk", department=loans.id)
    await promise(
        world,
        policy(
            accept=None, answer=None, before=[span(1, "workdays"), span(60, "minutes")],
            again=span(1, "workdays"), again_most=2,
            escalations=[
                DeadlineEscalation(to=DeadlineAudience(leader=True)),
                DeadlineEscalation(after=span(1, "workdays"), to=DeadlineAudience(supervisors=True)),
            ],
        ),
    )  # fmt: skip
    ticket = await file(world, boss, department_id=loans.id, assignee_id=clerk.account_id)
    told = []
    for at in (
        local(11, 27, 16, 59), local(11, 27, 17), local(11, 30, 16), local(11, 30, 17),
        local(12, 1, 17), local(12, 2, 17), local(12, 3, 17),
    ):  # fmt: skip
        world.clock.advance(at - world.clock.now())
        await look(world)
        await look(world)
        told.append([len(await notices(world, who)) for who in (clerk, chief, boss)])
    assert told == [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 1, 0], [4, 1, 1], [5, 1, 1], [5, 1, 1]]
    kinds = [each.kind for each in await notices(world, clerk)]
    assert kinds == ["due_soon", "due_soon", "overdue", "overdue", "overdue"]
    assert [each.kind for each in await notices(world, boss)] == ["escalated"]
    late = [step for step in await steps_of(world, ticket.id) if step.step == "escalate"]
    assert [set(step.data["told"]) for step in late] == [
        {clerk.account_id, chief.account_id}, {clerk.account_id, boss.account_id},
    ]  # fmt: skip
    assert (await deadlines(world, ticket))["resolve"].state == "breached"
    await take(world, ticket, "accept", clerk)
    await take(world, ticket, "resolve", clerk, reason="已办结")
    resolve = (await deadlines(world, ticket))["resolve"]
    assert (resolve.state, resolve.met_at is not None) == ("breached", True)


async def test_a_server_that_was_away_tells_the_latest_once_and_nobody_while_the_citizen_is_waited_for(
    world: World, clerk: Actor
) -> None:
    await promise(
        world,
        policy(accept=None, answer=None, before=[span(1, "workdays")], again=span(1, "workdays")),
    )
    ticket = await file(world, clerk, assignee_id=clerk.account_id)
    await take(world, ticket, "accept", clerk)
    world.clock.advance(timedelta(days=12))
    await look(world)
    assert [each.kind for each in await notices(world, clerk)] == ["overdue"]
    await take(world, ticket, "ask", clerk, reason="请补充材料")
    world.clock.advance(timedelta(days=12))
    await look(world)
    assert len(await notices(world, clerk)) == 1


async def test_policies_ship_as_examples_and_cover_every_type(world: World) -> None:
    async with world.uows.read() as session:
        settings = await get_config(session, CONFIG_NAME, DeadlineSettings)
    assert all("示例" in each.name for each in settings.policies)
    assert settings.policy_of("other", "normal") is not None
    assert settings.policy_of("petition", "normal") is not None

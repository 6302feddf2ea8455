"""Notices are rows of one's own: once each, read or unread; next year's days off are asked for from November on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Role
from core.timers.sweeper import TimerSweeper
from handoff.hours.settings import CALENDAR_CONFIG, CalendarSettings, StatutoryYear
from handoff.tickets.deadlines import calendar_alarm
from handoff.tickets.models import Ticket
from handoff.tickets.notices import keeping
from handoff.tickets.notices.reading import Notices
from handoff.tickets.notices.schemas import NoticePage
from handoff.tickets.notices.service import tell
from tests.integration.handoff.conftest import World
from tests.integration.handoff.tickets import file, staff


@pytest.fixture
async def clerk(world: World) -> Actor:
    return await staff(world, "clerk")


async def page(world: World, who: Actor) -> NoticePage:
    return await Notices(world.uows).page(who.account_id, after=None, limit=20)


async def test_a_notice_comes_once_to_everybody_concerned_but_whoever_did_it(
    world: World, clerk: Actor
) -> None:
    other, gone = await staff(world, "other"), await staff(world, "gone")
    filed = await file(world, clerk)
    async with world.uows.write() as uow:
        (await uow.session.get_one(Account, gone.account_id)).active = False
    everybody = [clerk.account_id, other.account_id, gone.account_id, None]
    for _ in range(2):
        async with world.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, filed.id)
            await tell(uow, ticket, "urged", everybody, but=clerk.account_id)
    found = await page(world, other)
    assert [(each.kind, each.number, each.title) for each in found.items] == [
        ("urged", filed.number, "贷款额度")
    ]
    assert found.unread == 1
    assert [each.kind for each in (await page(world, clerk)).items if each.kind == "urged"] == []
    assert (await page(world, gone)).items == []
    hints = [event for event in world.heard.events if event.name == "alert.raised"]
    assert hints[-1].payload.code == "ticket_notice"


async def test_one_reads_ones_own_notices_and_nobody_elses(world: World, clerk: Actor) -> None:
    other = await staff(world, "other")
    filed = await file(world, await staff(world, "third"))
    for mark in ("a", "b"):
        async with world.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, filed.id)
            told = [clerk.account_id, other.account_id]
            await tell(uow, ticket, "remarked", told, once=mark)
    notices, mine = Notices(world.uows), (await page(world, clerk)).items
    assert (await notices.seen(other.account_id, [mine[0].id])).unread == 2
    assert (await notices.seen(clerk.account_id, [mine[0].id])).unread == 1
    read = await notices.seen(clerk.account_id, None)
    assert read.unread == 0
    assert all(each.read_at is not None for each in read.items)
    assert (await page(world, other)).unread == 2


async def test_notices_are_forgotten_after_a_quarter(world: World, clerk: Actor) -> None:
    filed = await file(world, clerk)
    for wait in (0, 60):
        world.clock.advance(timedelta(days=wait))
        async with world.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, filed.id)
            await tell(uow, ticket, "remarked", [clerk.account_id], once=str(wait))
    world.clock.advance(timedelta(days=40))
    await keeping.arm(world.uows)
    await TimerSweeper(world.uows, keeping.timer_handlers()).sweep_once()
    kept = [each for each in (await page(world, clerk)).items if each.kind == "remarked"]
    assert len(kept) == 1


async def test_supervisors_are_asked_twice_a_month_for_next_years_days_until_they_are_there(
    world: World, clerk: Actor
) -> None:
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    await calendar_alarm.arm(world.uows)
    years: list[list[int | None]] = []
    # It is the 23rd of November, and 2027 is not known.
    for days in (0, 1, 9, 14):
        world.clock.advance(timedelta(days=days))
        await TimerSweeper(world.uows, calendar_alarm.timer_handlers()).sweep_once()
        world.clock.advance(timedelta(seconds=20))
        years.append([each.year for each in (await page(world, boss)).items])
    assert years == [[2027], [2027], [2027] * 2, [2027] * 3]
    known = StatutoryYear(year=2027, off={"2027-01-01": "元旦"})
    await world.configure(CALENDAR_CONFIG, CalendarSettings(years=[known]))
    world.clock.advance(timedelta(days=10))
    await TimerSweeper(world.uows, calendar_alarm.timer_handlers()).sweep_once()
    assert len((await page(world, boss)).items) == 3
    assert (await page(world, clerk)).items == []

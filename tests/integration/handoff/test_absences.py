"""Absences on both databases: whose they are, what is refused, and who is away when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.administration import Desks
from core.auth.accounts import AccountService
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import BangbanError, NotFound, PermissionDenied
from handoff.tickets.assigning.absence_schemas import AbsenceWrite
from handoff.tickets.assigning.absences import AbsenceService
from handoff.tickets.life import handing_over
from handoff.tickets.models import Ticket, TicketHistory
from tests.integration.handoff.conftest import World
from tests.integration.handoff.placing_steps import Town


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


@pytest.fixture
def absences(world: World) -> AbsenceService:
    return AbsenceService(world.uows)


def span(town: Town, begins: int, ends: int, **more: Any) -> AbsenceWrite:
    """From so many hours from now until so many."""
    now = town.world.clock.now()
    return AbsenceWrite(
        from_at=now + timedelta(hours=begins), until_at=now + timedelta(hours=ends), **more
    )


async def as_actor(town: Town, name: str, role: Role = Role.HANDLER) -> Actor:
    return Actor(await town.person(name, role=role), name, name, role)


async def refused(absences: AbsenceService, wanted: AbsenceWrite, actor: Actor) -> BangbanError:
    with pytest.raises(BangbanError) as caught:
        await absences.save(wanted, actor)
    return caught.value


async def test_one_enters_ones_own_and_whoever_dispatches_enters_anybodys(
    town: Town, absences: AbsenceService
) -> None:
    li, wang = await as_actor(town, "李"), await as_actor(town, "王")
    chief = await as_actor(town, "主管", Role.SUPERVISOR)
    await absences.save(span(town, 0, 8, substitute_id=wang.account_id), li)
    denied = await refused(absences, span(town, 0, 8, account_id=li.account_id), wang)
    assert isinstance(denied, PermissionDenied)
    other = await absences.save(span(town, 24, 32, account_id=li.account_id), chief)
    assert [(row.account_name, row.state) for row in await absences.all(chief)] == [
        ("李", "planned"), ("李", "current"),
    ]  # fmt: skip
    assert await absences.all(wang) == []
    with pytest.raises(NotFound):
        await absences.end(other.id, wang)
    [now] = [row for row in await absences.all(chief, mine=False) if row.state == "current"]
    assert (now.account_id, now.substitute_name) == (li.account_id, "王")
    assert await absences.all(chief, mine=True) == []


async def test_what_makes_no_sense_is_refused_at_its_field(
    town: Town, absences: AbsenceService
) -> None:
    li = await as_actor(town, "李")
    editor = await town.person("编辑", role=Role.EDITOR)
    for wanted, field in (
        (span(town, 8, 8), "until_at"),
        (span(town, -8, -1), "until_at"),
        (span(town, 0, 24 * 400), "until_at"),
        (span(town, 0, 8, substitute_id=li.account_id), "substitute_id"),
        (span(town, 0, 8, substitute_id=editor), "substitute_id"),
    ):
        assert (await refused(absences, wanted, li)).details["field"] == field
    await absences.save(span(town, 0, 8), li)
    assert (await refused(absences, span(town, 7, 9), li)).code == "absence_overlaps"
    await absences.save(span(town, 8, 9), li)


async def test_a_circle_of_substitutes_is_refused_with_its_names(
    town: Town, absences: AbsenceService
) -> None:
    li, wang, zhao = [await as_actor(town, name) for name in "李王赵"]
    await absences.save(span(town, 0, 10, substitute_id=wang.account_id), li)
    await absences.save(span(town, 5, 20, substitute_id=zhao.account_id), wang)
    circle = await refused(absences, span(town, 8, 12, substitute_id=li.account_id), zhao)
    assert (circle.code, circle.message) == (
        "substitute_circle", "代办绕成了一圈：赵 → 李 → 王 → 赵。请换一位代办人。",
    )  # fmt: skip
    # Li is back by then.
    await absences.save(span(town, 10, 12, substitute_id=li.account_id), zhao)


async def test_what_has_begun_keeps_its_beginning_and_ends_when_somebody_is_back(
    town: Town, absences: AbsenceService
) -> None:
    li = await as_actor(town, "李")
    planned, row = (
        await absences.save(span(town, 30, 40), li),
        await absences.save(span(town, 0, 8), li),
    )
    begun = town.world.clock.now()
    town.world.clock.advance(timedelta(hours=1))
    changed = await absences.save(span(town, 2, 4), li, row.id)
    assert (changed.from_at, changed.until_at) == (
        begun,
        town.world.clock.now() + timedelta(hours=4),
    )
    await absences.end(row.id, li)
    await absences.end(planned.id, li)
    assert [(each.id, each.state) for each in await absences.all(li)] == [(row.id, "past")]
    with pytest.raises(BangbanError, match="已经结束"):
        await absences.save(span(town, 2, 4), li, row.id)


async def held(town: Town) -> list[tuple[str | None, str | None]]:
    async with town.world.uows.read() as session:
        rows = await session.scalars(select(Ticket).order_by(Ticket.id))
        return [(row.assignee_id, row.department_id) for row in rows]


async def test_what_is_in_hand_goes_to_the_substitute_when_the_absence_begins(
    town: Town, absences: AbsenceService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "AT_ONCE", 2)
    office, other = await town.department("窗口科"), await town.department("贷款科")
    li, wang = await town.person("李", office), await town.person("王", other)
    given = {"assignee_id": li, "department_id": office, "stage": "handle"}
    for status in ("new", "open", "pending", "closed", "open"):
        await town.ticket(status=status, **given)
    dispatching = await town.ticket(assignee_id=li, stage="dispatch")
    await absences.save(
        span(town, 2, 8, substitute_id=wang, hand_over=True), Actor(li, "li", "李", Role.HANDLER)
    )
    await town.world.sweeper.sweep_once()
    assert {person for person, _department in await held(town)} == {li}
    town.world.clock.advance(timedelta(hours=2))
    for _ in range(4):
        await town.world.sweeper.sweep_once()
    assert await held(town) == [
        (wang, office), (wang, office), (wang, office), (li, office), (wang, office), (wang, office),
    ]  # fmt: skip
    async with town.world.uows.read() as session:
        ticket = await session.get_one(Ticket, dispatching)
        [step] = await session.scalars(
            select(TicketHistory).where(TicketHistory.ticket_id == dispatching)
        )
    assert (ticket.stage, ticket.turn) == ("dispatch", "person")
    assert (step.step, step.data["to"], step.data["why"]) == (
        "assign", wang, [{"kind": "away", "names": ["李"], "person": "王"}],
    )  # fmt: skip
    [row] = await absences.all(Actor(li, "li", "李", Role.HANDLER))
    assert (row.handed_over_at, row.open_tickets) == (town.world.clock.now(), 0)


async def test_without_a_substitute_it_goes_back_to_the_department(
    town: Town, absences: AbsenceService
) -> None:
    office = await town.department("窗口科")
    li = await town.person("李", office)
    await town.ticket(assignee_id=li, department_id=office, stage="handle", status="open")
    await absences.save(span(town, 0, 8, hand_over=True), Actor(li, "li", "李", Role.HANDLER))
    await town.world.sweeper.sweep_once()
    assert await held(town) == [(None, office)]


async def test_an_absence_that_was_called_off_hands_nothing_over(
    town: Town, absences: AbsenceService
) -> None:
    office = await town.department("窗口科")
    li, wang = await town.person("李", office), await town.person("王", office)
    await town.ticket(assignee_id=li, department_id=office, stage="handle", status="open")
    me = Actor(li, "li", "李", Role.HANDLER)
    row = await absences.save(span(town, 1, 8, substitute_id=wang, hand_over=True), me)
    await absences.end(row.id, me)
    town.world.clock.advance(timedelta(hours=2))
    await town.world.sweeper.sweep_once()
    assert await held(town) == [(li, office)]


async def test_tickets_of_an_account_that_is_switched_off_go_to_others(
    town: Town, absences: AbsenceService
) -> None:
    office = await town.department("窗口科")
    li, wang = await town.person("李", office), await town.person("王", office)
    await town.rules(strategy="least_loaded")
    given = {"assignee_id": li, "department_id": office, "status": "open"}
    await town.ticket(stage="handle", **given)
    await town.ticket(stage="leader_review", handler_id=wang, **given)
    admin = await as_actor(town, "管理员", Role.ADMIN)
    accounts = AccountService(uows=town.world.uows, workplace=Desks(town.world.people.agents, None))
    await accounts.deactivate(li, admin)
    await town.world.sweeper.sweep_once()
    # What is under review goes to nobody who wrote it; without a leader those who dispatch decide.
    assert await held(town) == [(wang, office), (None, office)]

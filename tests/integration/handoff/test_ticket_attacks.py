"""What somebody tries who wants more of tickets than is his: others' files, a review less, a type beyond his key."""

from __future__ import annotations

import pytest

from core.auth.actor import Actor, Limits, Scope
from core.auth.models import Account
from core.auth.permissions import Permission, Role
from core.errors import PermissionDenied
from core.ids import new_id
from handoff.tickets.citizens.opening import TicketNotFound
from handoff.tickets.life.stepping import NotYours
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.own_tickets import OwnDesk, named
from tests.integration.handoff.tickets import Town, define, file, stored, take

pytestmark = on_sqlite


@pytest.fixture
async def town(world: World) -> Town:
    return await Town.of(world)


async def test_whose_duplicate_is_merged_shows_his_files_to_the_desk_and_not_to_the_other_citizen(
    world: World,
) -> None:
    own, town = OwnDesk.of(world), await Town.of(world)
    theirs = await own.file(fields={"files": [await own.upload()]})
    kept = await own.file("visitor-2", phone="13900001111")
    duplicate = await world.people.tickets.get(theirs.id, town.boss)
    await take(world, duplicate, "merge", town.boss, other=kept.number, reason="同一件事")
    seen = await world.people.tickets.get(kept.id, town.boss)
    assert len(seen.files) == 1
    window = await own.window("visitor-2")
    assert (await own.windows.read(window, named(kept))).files == []
    assert len((await own.windows.read(await own.window(), named(theirs))).files) == 1


async def test_who_leads_gives_no_review_of_others_to_his_own_people(town: Town) -> None:
    world = town.world
    review = {
        "key": "review", "name": "主管审核", "kind": "review",
        "who": {"kind": "role", "role": "supervisor"}, "next": ["end"],
    }  # fmt: skip
    handle = {"key": "handle", "name": "办理", "kind": "handle", "next": ["review"]}
    await define(world, "strict", handle, review)
    ticket = await file(world, town.boss, type="strict", department_id=town.loans)
    ticket = await take(world, ticket, "accept", town.chief)
    ticket = await take(world, ticket, "submit", town.chief, reason="答复")
    assert "assign" not in (await world.people.tickets.get(ticket.id, town.chief)).steps
    with pytest.raises(NotYours):
        await take(world, ticket, "assign", town.chief, assignee_id=town.clerk.account_id)


async def _program(world: World, *types: str) -> Actor:
    may = frozenset({Permission.TICKET_READ, Permission.TICKET_HANDLE})
    actor = Actor(
        new_id(), "program-1", "办公系统", Role.PROGRAM, Scope.ALL, Limits(may, (), types)
    )
    async with world.uows.write() as uow:
        uow.session.add(
            Account(
                id=actor.account_id, login=actor.login, name=actor.name, role=actor.role.value,
                password_hash="!", active=True, created_at=uow.clock.now(),
            )
        )  # fmt: skip
    return actor


async def test_a_program_makes_no_ticket_of_a_type_that_its_key_is_not_for(world: World) -> None:
    program = await _program(world, "consultation")
    ticket = await file(world, program)
    with pytest.raises(PermissionDenied):
        await take(world, ticket, "classify", program, type="suggestion")
    assert (await stored(world, ticket.id)).type == "consultation"


@pytest.mark.parametrize("number", ["\ud800", "GD\x00", "%", "x" * 64, "ＧＤ"])
async def test_what_is_no_number_is_found_nowhere(world: World, number: str) -> None:
    own = OwnDesk.of(world)
    with pytest.raises(TicketNotFound):
        await own.open(await own.window(), number)


async def test_a_date_from_outside_at_the_end_of_time_is_refused_or_counted(town: Town) -> None:
    for day in ("9999-12-31", "2999-01-01"):
        told = {"transfer_number": day, "reply_by": day}
        ticket = await file(town.world, town.boss, type="hotline_12345", fields=told)
        assert ticket.number

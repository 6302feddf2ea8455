"""What somebody tries who wants more of tickets than is his: others' files, a review less, a type beyond his key."""

from __future__ import annotations

import asyncio

import pytest

from core.auth.actor import Actor, Limits, Scope
from core.auth.models import Account
from core.auth.permissions import Permission, Role
from core.errors import BangbanError, PermissionDenied
from core.ids import new_id
from handoff.tickets.citizens.opening import TicketNotFound
from handoff.tickets.deadlines.service import DeadlinePast, DeadlineTooFar
from handoff.tickets.importing.service import TicketImporter
from handoff.tickets.life.filing import TicketFiledBefore
from handoff.tickets.life.placing import ReviewLost
from handoff.tickets.life.stepping import NotYours
from handoff.tickets.life.who import System
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.own_tickets import OwnDesk, named
from tests.integration.handoff.tickets import Town, define, file, stored, take


@pytest.fixture
async def town(world: World) -> Town:
    return await Town.of(world)


@on_sqlite
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


@on_sqlite
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


@on_sqlite
async def test_a_program_makes_no_ticket_of_a_type_that_its_key_is_not_for(world: World) -> None:
    program = await _program(world, "consultation")
    ticket = await file(world, program)
    with pytest.raises(PermissionDenied):
        await take(world, ticket, "classify", program, type="suggestion")
    assert (await stored(world, ticket.id)).type == "consultation"


@pytest.mark.parametrize("number", ["\ud800", "GD\x00", "%", "x" * 64, "ＧＤ"])
@on_sqlite
async def test_what_is_no_number_is_found_nowhere(world: World, number: str) -> None:
    own = OwnDesk.of(world)
    with pytest.raises(TicketNotFound):
        await own.open(await own.window(), number)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        ("0001-01-01", DeadlinePast), ("0202-11-25", DeadlinePast), ("9999-12-31", DeadlineTooFar),
        ("2202-11-25", DeadlineTooFar),
    ],
)  # fmt: skip
@on_sqlite
async def test_a_mistyped_year_from_outside_leaves_no_ticket_without_a_deadline(
    world: World, day: str, refusal: type[BangbanError]
) -> None:
    town = await Town.of(world)
    told = {"transfer_number": "ZB-1", "reply_by": day}
    with pytest.raises(refusal) as refused:
        await file(world, town.boss, type="hotline_12345", fields=told)
    assert refused.value.details["field"] == "reply_by"


@on_sqlite
async def test_a_long_text_of_the_length_that_is_allowed_can_be_sent(town: Town) -> None:
    how = {"key": "how", "name": "经过", "kind": "long_text"}
    handle = {"key": "handle", "name": "办理", "kind": "handle", "next": ["end"]}
    await define(town.world, "long", handle, fields=[how])
    ticket = await file(town.world, town.boss, type="long", fields={"how": "长" * 4000})
    assert len((await stored(town.world, ticket.id)).fields["how"]) == 4000


async def test_two_programs_that_file_the_same_at_once_file_it_once(world: World) -> None:
    boss = (await Town.of(world)).boss
    both = await asyncio.gather(
        file(world, boss, external_id="12345-1"),
        file(world, boss, type="complaint", external_id="12345-1"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, TicketFiledBefore) for each in both) == 1
    assert not [
        each for each in both if isinstance(each, Exception) and not isinstance(each, BangbanError)
    ]


async def test_two_who_link_and_unlink_the_same_two_at_once_are_told(world: World) -> None:
    boss = (await Town.of(world)).boss
    one, other = [await file(world, boss) for _ in range(2)]
    for step in ("link", "unlink"):
        both = await asyncio.gather(
            take(world, one, step, boss, other=other.number),
            take(world, other, step, boss, other=one.number),
            return_exceptions=True,
        )
        assert sum(isinstance(each, BangbanError) for each in both) == 1
        assert sum(isinstance(each, Exception) for each in both) == 1


@on_sqlite
async def test_a_series_may_begin_as_that_of_left_messages(town: Town) -> None:
    handle = {"key": "handle", "name": "办理", "kind": "handle", "next": ["end"]}
    await define(town.world, "travel", handle, prefix="LYA")
    ticket = await file(town.world, town.boss, type="travel", citizen_phone="13812345678")
    assert ticket.number == "LYA20261123-0001"
    own = OwnDesk.of(town.world)
    assert (await own.open(await own.window(), ticket.number)).id == ticket.id


@on_sqlite
async def test_a_row_of_a_sheet_with_an_endless_name_is_refused_by_its_row(world: World) -> None:
    sheet = f"外部编号,标题\n{'x' * 129},没到账".encode()
    importer = TicketImporter(world.uows)
    done = await importer.take_in(sheet, System(), store="all", type_id="consultation")
    assert [(each.row, each.column) for each in done.refused] == [(2, "外部编号")]
    assert done.filed == []


@on_sqlite
async def test_nobody_but_who_dispatches_gets_round_a_review_by_another_name(town: Town) -> None:
    world = town.world
    checked = {
        "type": "correction", "fields": {"item": "姓名"}, "assignee_id": town.clerk.account_id,
    }  # fmt: skip
    ticket = await file(world, town.boss, **checked)
    light = await file(world, town.boss, assignee_id=town.clerk.account_id)
    alike = await file(world, town.boss, **checked)
    for each in (ticket, light, alike):
        await take(world, each, "accept", town.clerk)
    with pytest.raises(ReviewLost):
        await take(world, ticket, "classify", town.clerk, type="consultation")
    with pytest.raises(ReviewLost):
        await take(world, ticket, "merge", town.clerk, other=light.number, reason="同一件事")
    await take(world, light, "merge", town.clerk, other=ticket.number, reason="同一件事")
    await take(world, ticket, "merge", town.clerk, other=alike.number, reason="同一件事")
    moved = await take(world, alike, "classify", town.boss, type="consultation")
    assert moved.type == "consultation"


@on_sqlite
async def test_who_filed_a_duplicate_sees_the_other_ticket_and_not_what_is_for_its_handlers(
    town: Town,
) -> None:
    world = town.world
    inside = {"key": "inside", "name": "内部情况", "visible": "handlers"}
    handle = {"key": "handle", "name": "办理", "kind": "handle", "next": ["end"]}
    await define(world, "inner", handle, fields=[inside])
    duplicate = await file(world, town.saver, department_id=town.savings)
    ticket = await file(
        world, town.boss, type="inner", fields={"inside": "不宜公开"}, department_id=town.loans
    )
    await take(world, duplicate, "merge", town.boss, other=ticket.number, reason="同一件事")
    assert (await world.people.tickets.get(ticket.id, town.saver)).values == []
    await take(
        world,
        ticket,
        "assign",
        town.boss,
        department_id=town.savings,
        assignee_id=town.saver.account_id,
    )
    assert len((await world.people.tickets.get(ticket.id, town.saver)).values) == 1


@on_sqlite
async def test_who_asks_the_citizen_afterwards_sees_no_more_of_the_ticket_for_that(
    town: Town,
) -> None:
    world = town.world
    inside = {"key": "inside", "name": "内部情况", "visible": "handlers"}
    handle = {"key": "handle", "name": "办理", "kind": "handle", "next": ["end"]}
    await define(world, "inner", handle, fields=[inside])
    ticket = await file(
        world, town.boss, type="inner", fields={"inside": "不宜公开"}, department_id=town.loans
    )
    ticket = await take(world, ticket, "accept", town.clerk)
    assert [each.key for each in ticket.values] == ["inside"]
    await take(world, ticket, "resolve", town.clerk, reason="已办")
    seen = await take(world, ticket, "follow_up", town.chief, reason="已回访", result="satisfied")
    assert seen.values == []


async def test_everything_that_is_taken_as_long_as_it_may_be_fits_the_database(
    world: World,
) -> None:
    boss = (await Town.of(world)).boss
    most = {
        "title": "长" * 200, "description": "长" * 4000, "business": "长" * 64, "region": "长" * 32,
        "citizen_name": "长" * 64, "citizen_phone": "1" * 32, "external_id": "x" * 128,
    }  # fmt: skip
    ticket = await file(world, boss, **most)
    more = {
        name: "短" * len(value)
        for name, value in most.items()
        if name not in ("description", "external_id")
    }
    await take(world, ticket, "revise", boss, **more)
    with pytest.raises(ValueError, match="region"):
        await file(world, boss, region="长" * 33)

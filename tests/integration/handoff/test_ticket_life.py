"""The life of tickets through departments and reviews, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import BangbanError, NotFound
from handoff.tickets.life.assigning_by_hand import AssignRefused
from handoff.tickets.life.closing import FollowUpNeeded
from handoff.tickets.life.correcting import SameType
from handoff.tickets.life.effects import UrgedBefore
from handoff.tickets.life.stepping import (
    NotYourTurn,
    OwnDraft,
    ReviewNeeded,
)
from handoff.tickets.types.values import TicketFieldRefused
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.tickets import (
    Town,
    by_citizen,
    define,
    file,
    stored,
    take,
)

HANDLE = {"key": "handle", "name": "承办", "kind": "handle"}


@pytest.fixture
async def town(world: World) -> Town:
    return await Town.of(world)


@on_sqlite
async def test_an_answer_goes_through_two_reviews_and_back_to_who_wrote_it(town: Town) -> None:
    world = town.world
    ticket = await file(world, town.boss, type="report", title="骗提", fields={"object": "某单位"})
    assert (ticket.stage, ticket.turn_name) == ("dispatch", "分派人员")
    with pytest.raises(NotFound):
        await world.people.tickets.get(ticket.id, town.clerk)
    ticket = await take(world, ticket, "assign", town.boss, department_id=town.loans)
    assert (ticket.stage, ticket.turn) == ("handle", "department")
    ticket = await take(world, ticket, "accept", town.clerk)
    with pytest.raises(ReviewNeeded):
        await take(world, ticket, "resolve", town.clerk, reason="查实")
    with pytest.raises(NotYourTurn):
        await take(world, ticket, "submit", town.chief, reason="查实")
    ticket = await take(world, ticket, "submit", town.clerk, reason="查实")
    assert (ticket.stage, ticket.assignee_name) == ("leader_review", "chief同志")
    with pytest.raises(OwnDraft):
        await take(world, ticket, "approve", town.clerk)
    ticket = await take(world, ticket, "send_back", town.chief, reason="写明金额")
    assert (ticket.stage, ticket.assignee_name, ticket.draft) == ("handle", "clerk同志", "查实")
    ticket = await take(world, ticket, "submit", town.clerk, reason="查实，追回三万元")
    ticket = await take(world, ticket, "approve", town.chief)
    assert (ticket.stage, ticket.turn) == ("supervisor_review", "named")
    ticket = await take(world, ticket, "approve", town.boss)
    assert (ticket.status, ticket.resolution) == ("resolved", "查实，追回三万元")
    assert [each.step for each in ticket.history[-2:]] == ["approve", "resolve"]
    with pytest.raises(FollowUpNeeded):
        await take(world, ticket, "close", town.boss)
    ticket = await take(world, ticket, "follow_up", town.boss, result="unsatisfied", reason="嫌少")
    assert "reopen" in ticket.steps
    ticket = await take(world, ticket, "reopen", town.boss, reason="市民不满意")
    assert (ticket.stage, ticket.assignee_name, ticket.draft) == (
        "handle",
        "clerk同志",
        "查实，追回三万元",
    )


@on_sqlite
async def test_who_leads_has_his_own_answers_reviewed_by_others(town: Town) -> None:
    world = town.world
    ticket = await file(world, town.chief, type="correction", fields={"item": "姓名"})
    ticket = await take(world, ticket, "assign", town.boss, assignee_id=town.chief.account_id)
    ticket = await take(world, ticket, "accept", town.chief)
    ticket = await take(world, ticket, "submit", town.chief, reason="已改")
    assert (ticket.turn, ticket.assignee_id) == ("dispatchers", None)
    with pytest.raises(OwnDraft):
        await take(world, ticket, "approve", town.chief)
    assert (await take(world, ticket, "approve", town.boss)).status == "resolved"


@on_sqlite
async def test_what_is_not_for_ones_eyes_is_not_there(town: Town) -> None:
    world = town.world
    ticket = await file(world, town.boss, department_id=town.loans)
    assert (await world.people.tickets.get(ticket.id, town.chief)).turn == "department"
    for trying in (
        world.people.tickets.get(ticket.id, town.saver),
        take(world, ticket, "accept", town.saver),
        take(world, ticket, "comment", town.saver, reason="看看"),
    ):
        with pytest.raises(NotFound):
            await trying
    other = await file(world, town.boss, department_id=town.savings)
    with pytest.raises(NotFound):
        await take(world, other, "link", town.saver, other=ticket.number)
    ticket = await take(world, ticket, "accept", town.clerk)
    with pytest.raises(AssignRefused):
        await take(world, ticket, "assign", town.clerk, assignee_id=town.saver.account_id)
    await take(world, ticket, "assign", town.boss, assignee_id=town.saver.account_id)
    # It went through his hands: he still sees it, and it is not his any more.
    seen = await world.people.tickets.get(ticket.id, town.clerk)
    assert seen.assignee_name == "saver同志"
    with pytest.raises(NotYourTurn):
        await take(world, ticket, "resolve", town.clerk, reason="答复")


@on_sqlite
async def test_another_type_begins_anew_and_keeps_what_fits(town: Town) -> None:
    world = town.world
    kept = {"key": "place", "name": "地点"}
    first = [kept, {"key": "how", "name": "怎么办"}]
    await define(world, "first", {**HANDLE, "next": ["end"]}, fields=first)
    await define(world, "second", {**HANDLE, "next": ["end"]}, fields=[kept], prefix="ER")
    ticket = await file(
        world, town.clerk, type="first", fields={"place": "二楼", "how": "现场"}, department_id=town.loans,
    )  # fmt: skip
    ticket = await take(world, ticket, "accept", town.clerk)
    with pytest.raises(SameType):
        await take(world, ticket, "classify", town.clerk, type="first")
    ticket = await take(world, ticket, "classify", town.clerk, type="second")
    assert (ticket.status, ticket.turn, ticket.number[:2]) == ("new", "dispatchers", "GD")
    assert (await stored(world, ticket.id)).fields == {"place": "二楼", "怎么办": "现场"}


@on_sqlite
async def test_what_handlers_alone_may_see_stays_theirs_under_another_type(town: Town) -> None:
    world = town.world
    finding = {"key": "finding", "name": "核查", "visible": "handlers"}
    first = [finding, {"key": "told", "name": "联系情况", "visible": "handlers"}]
    # The other type shows everybody a field of the same key.
    open_ = [{"key": "told", "name": "经过"}]
    await define(world, "first", {**HANDLE, "next": ["end"]}, fields=first)
    await define(world, "second", {**HANDLE, "next": ["end"]}, fields=open_)
    given = {"finding": "查实", "told": "不愿露面"}
    ticket = await file(world, town.clerk, type="first", fields=given)
    await take(world, ticket, "classify", town.boss, type="second")
    mine = await world.people.tickets.get(ticket.id, town.clerk)
    assert not [each.value for each in mine.values]
    shown = {each.value for each in (await world.people.tickets.get(ticket.id, town.boss)).values}
    assert shown == {"查实", "不愿露面"}


@on_sqlite
async def test_required_fields_are_asked_when_filing_and_when_handing_in(town: Town) -> None:
    world = town.world
    fields = [{"key": "unit", "name": "单位", "required": True}]
    review = {
        "key": "review",
        "name": "审核",
        "kind": "review",
        "who": {"kind": "leader"},
        "next": ["end"],
    }
    await define(world, "strict", {**HANDLE, "next": ["review"]}, review, fields=fields)
    with pytest.raises(TicketFieldRefused):
        await file(world, town.clerk, type="strict")
    ticket = await file(
        world, town.clerk, type="strict", fields={"unit": "某厂"}, department_id=town.loans
    )
    ticket = await take(world, ticket, "revise", town.boss, fields={"unit": ""})
    ticket = await take(world, ticket, "accept", town.clerk)
    with pytest.raises(TicketFieldRefused):
        await take(world, ticket, "submit", town.clerk, reason="答复")
    ticket = await take(world, ticket, "submit", town.clerk, reason="答复", fields={"unit": "某厂"})
    assert ticket.stage == "review"


@on_sqlite
async def test_a_citizen_urges_once_a_day_adds_and_withdraws(town: Town) -> None:
    world = town.world
    ticket = await file(world, town.boss, citizen_phone="13800001234", department_id=town.loans)
    ticket = await take(world, ticket, "accept", town.clerk)
    await by_citizen(world, ticket, "urge")
    with pytest.raises(UrgedBefore):
        await by_citizen(world, ticket, "urge")
    await take(world, ticket, "urge", town.boss)
    world.clock.advance(timedelta(days=1, minutes=1))
    await by_citizen(world, ticket, "urge")
    ticket = await take(world, ticket, "ask", town.clerk, reason="请补充合同")
    await by_citizen(world, ticket, "remark", reason="合同在这")
    row = await stored(world, ticket.id)
    assert (row.status, row.remarked_at) == ("open", world.clock.now())
    await take(world, ticket, "comment", town.clerk, reason="看到了")
    assert (await stored(world, ticket.id)).remarked_at is None
    with pytest.raises(BangbanError):
        await by_citizen(world, ticket, "resolve", reason="我自己办结")
    await by_citizen(world, ticket, "withdraw", reason="不用了")
    assert (await stored(world, ticket.id)).turn == "nobody"

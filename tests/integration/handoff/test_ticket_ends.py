"""Two at once, two that become one, and what is forgotten in the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.conversation.keeping import PersonalSettings
from core.conversation.ports import BotReply, FileTicket
from core.errors import BangbanError
from handoff.tickets.life import keeping
from handoff.tickets.life.joining import MergeRefused
from handoff.tickets.life.stepping import (
    Forgotten,
    TicketChanged,
)
from handoff.tickets.listing.schemas import PageQuery
from handoff.tickets.listing.service import TicketLists
from handoff.tickets.models import TicketRating
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.tickets import (
    Town,
    by_citizen,
    file,
    steps_of,
    stored,
    sweep,
    take,
)


@pytest.fixture
async def town(world: World) -> Town:
    return await Town.of(world)


async def test_of_two_merges_into_each_other_one_is_refused(town: Town) -> None:
    world = town.world
    a, b = await file(world, town.boss), await file(world, town.boss)
    results = await asyncio.gather(
        take(world, a, "merge", town.boss, other=b.number, reason="同一件事"),
        take(world, b, "merge", town.boss, other=a.number, reason="同一件事"),
        return_exceptions=True,
    )
    [error] = [each for each in results if isinstance(each, BaseException)]
    assert isinstance(error, TicketChanged | MergeRefused) or "illegal" in getattr(
        error, "code", ""
    )
    rows = [await stored(world, each.id) for each in (a, b)]
    assert sorted(row.status for row in rows) == ["closed", "new"]
    assert sum(row.merged_into_id is not None for row in rows) == 1


async def test_what_is_withdrawn_is_not_approved_at_the_same_moment(town: Town) -> None:
    world = town.world
    ticket = await file(
        world,
        town.boss,
        type="correction",
        fields={"item": "姓名"},
        assignee_id=town.clerk.account_id,
    )
    ticket = await take(world, ticket, "accept", town.clerk)
    ticket = await take(world, ticket, "submit", town.clerk, reason="已改")
    results = await asyncio.gather(
        take(world, ticket, "approve", town.chief, version=ticket.version),
        by_citizen(world, ticket, "withdraw", reason="不用了"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, BangbanError) for each in results) == 1
    row, steps = await stored(world, ticket.id), await steps_of(world, ticket.id)
    assert row.status in ("resolved", "withdrawn")
    assert [each.version for each in steps] == list(range(1, row.version + 1))
    assert ("resolve" in [each.step for each in steps]) == (row.status == "resolved")


@on_sqlite
async def test_links_files_and_people_of_a_duplicate_are_found_where_it_goes_on(town: Town) -> None:
    world = town.world
    a, b, c = [await file(world, town.boss, department_id=town.loans) for _ in range(3)]
    a = await take(world, a, "link", town.boss, other=c.number)
    assert [each.number for each in a.links] == [c.number]
    await by_citizen(world, a, "remark", reason="还有一张发票")
    await take(world, a, "merge", town.boss, other=b.number, reason="同一件事")
    b = await world.people.tickets.get(b.id, town.boss)
    assert [each.number for each in b.links] == [c.number]
    assert [(each.number, each.remarks[0].reason) for each in b.merged] == [
        (a.number, "还有一张发票")
    ]
    gone = await world.people.tickets.get(a.id, town.boss)
    assert gone.merged_into is not None
    assert gone.merged_into.number == b.number
    # A wrong merge can be undone.
    back = await take(world, a, "reopen", town.boss, reason="不是同一件事")
    assert (back.status, back.merged_into) == ("open", None)


@on_sqlite
async def test_personal_data_goes_some_years_after_the_end_and_the_history_stays(
    town: Town,
) -> None:
    world = town.world
    said = {"更正项目": "手机号", "更正谁的信息": "张三"}
    world.bot._answer = lambda text: BotReply(
        [], [FileTicket("信息更正", "电话13800001234有误", "改成13900001234", said, name="张三", phone="13800001234")]
    )  # fmt: skip
    await world.say("改手机号")
    # 0001: the first number of the day.
    [ticket] = (await _all(town)).items
    detail = await world.people.tickets.get(ticket.id, town.boss)
    assert (detail.citizen_phone, detail.title) == ("138****1234", "电话138****1234有误")
    await take(world, detail, "withdraw", town.boss, reason="市民张三13800001234撤回")
    async with world.uows.write() as uow:
        await keeping.forget(uow, "closed", {})
    assert (await stored(world, ticket.id)).citizen_name == "张三"
    said = {"score": 1, "label": "很不满意", "tags": [], "comment": "打13800001234没人接"}
    async with world.uows.write() as uow:
        uow.session.add(
            TicketRating(
                ticket_id=ticket.id, score=2, label="不满意", tags=[], comment="回13800001234",
                earlier=[said], created_at=world.clock.now(),
            )
        )  # fmt: skip
    world.clock.advance(timedelta(days=PersonalSettings().keep_tickets_days, minutes=1))
    await sweep(world)
    row, steps = await stored(world, ticket.id), await steps_of(world, ticket.id)
    async with world.uows.read() as session:
        rating = await session.get_one(TicketRating, ticket.id)
        assert "13800001234" not in f"{rating.comment}{rating.earlier}"
        assert "没人接" in str(rating.earlier)
    assert row.forgotten_at == world.clock.now()
    assert (
        "13800001234"
        not in f"{row.title}{row.description}{row.citizen_phone}{row.fields}{row.citizen_name}"
    )
    assert row.fields == {"item": "手机号", "person": {"name": keeping.GONE}}
    assert [each.step for each in steps] == ["file", "withdraw"]
    assert "13800001234" not in steps[-1].reason
    shown = await world.people.tickets.get(ticket.id, town.boss)
    assert (shown.forgotten, shown.steps) == (True, [])
    with pytest.raises(Forgotten):
        await take(world, detail, "comment", town.boss, reason="再看看")


async def _all(town: Town) -> Any:
    return await TicketLists(town.world.uows).page(town.boss, PageQuery())

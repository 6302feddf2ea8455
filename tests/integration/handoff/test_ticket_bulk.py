"""Many tickets at once, lists as spreadsheets, saved filters: each says what it did, and for whom it may."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.permissions import Role
from core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from handoff.tickets.listing import export, saved
from handoff.tickets.listing.bulk import BulkSteps
from handoff.tickets.listing.export import ExportTooLarge, TicketExport
from handoff.tickets.listing.saved import SavedFilters
from handoff.tickets.listing.schemas import (
    BulkTicket,
    BulkWrite,
    ExportWrite,
    FilterWrite,
    ListQuery,
)
from handoff.tickets.listing.service import TicketLists
from handoff.tickets.schemas import TicketDetail
from tests.integration.handoff.conftest import World
from tests.integration.handoff.tickets import department, file, staff, stored, take


def _these(*tickets: TicketDetail) -> list[BulkTicket]:
    return [BulkTicket(id=each.id, version=each.version) for each in tickets]


async def test_of_many_each_is_done_or_refused_by_itself_and_it_is_said_why(world: World) -> None:
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    loans = await department(world, "贷款科")
    clerk = await staff(world, "clerk", department=loans.id)
    other = await staff(world, "other", department=(await department(world, "提取科")).id)
    fine, changed, theirs = [await file(world, boss, title=title) for title in ("一", "二", "三")]
    await take(world, changed, "comment", boss, reason="看过了")
    theirs = await take(world, theirs, "assign", boss, assignee_id=other.account_id)
    bulk = BulkSteps(world.uows, world.people.tickets)
    wanted = BulkWrite(
        step="assign", tickets=_these(fine, changed, fine), assignee_id=clerk.account_id
    )
    done = await bulk.take(boss, wanted)
    assert [(one.number, one.done, one.code) for one in done] == [
        (fine.number, True, ""), (changed.number, False, "ticket_changed"),
    ]  # fmt: skip
    assert (await stored(world, fine.id)).assignee_id == clerk.account_id
    assert (await stored(world, changed.id)).assignee_id is None
    now = await world.people.tickets.get(fine.id, boss)
    [mine, unseen] = await bulk.take(clerk, BulkWrite(step="accept", tickets=_these(now, theirs)))
    assert (mine.done, unseen.done, unseen.code, unseen.title) == (True, False, "not_found", "")
    urgent = await bulk.take(
        boss,
        BulkWrite(step="revise", tickets=_these(theirs), priority="urgent"),
    )
    assert urgent[0].done, urgent
    assert (await stored(world, theirs.id)).priority == "urgent"
    [early] = await bulk.take(
        boss,
        BulkWrite(step="close", tickets=_these(await world.people.tickets.get(theirs.id, boss))),
    )
    assert (early.done, early.code) == (False, "illegal_transition")
    assert early.message == "这张工单待受理，不能关闭。"
    with pytest.raises(InvalidInput):
        await bulk.take(boss, BulkWrite(step="assign", tickets=_these(fine)))


async def _sheet(
    world: World, actor: object, wanted: ExportWrite
) -> list[tuple[str | datetime | float | None, ...]]:
    made = await TicketExport(world.uows, TicketLists(world.uows)).make(actor, wanted)  # type: ignore[arg-type]
    content = b"".join([piece async for piece in export.pieces(made)])
    assert made.closed
    rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return list(rows)


async def test_an_export_holds_the_list_with_covered_phones_and_runs_no_formula(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    await file(world, boss, title="=1+1", citizen_name="王芳", citizen_phone="13800001234")
    await file(world, boss, title="另一张", priority="urgent")
    monkeypatch.setattr("handoff.tickets.listing.service.BATCH", 1)
    head, *rows = await _sheet(world, boss, ExportWrite(query=ListQuery(view="all")))
    assert [row[head.index("标题")] for row in rows] == ["另一张", "'=1+1"]
    phones = head.index("电话")
    assert rows[1][phones] == "138****1234"
    assert isinstance(rows[1][head.index("登记时间")], datetime)
    whole = ExportWrite(query=ListQuery(q="王芳"), phones=True, reason="回访 13800001234")
    assert [row[phones] for row in (await _sheet(world, boss, whole))[1:]] == ["13800001234"]
    async with world.uows.read() as session:
        query = select(AuditRow).where(AuditRow.action == "ticket.exported")
        noted = [row.data for row in await session.scalars(query.order_by(AuditRow.id))]
    assert [(each["count"], each["phones"], each["filters"]) for each in noted] == [
        (2, False, []), (1, True, ["q"]),
    ]  # fmt: skip
    assert "13800001234" not in str(noted)
    assert "王芳" not in str(noted)
    monkeypatch.setattr(export, "MOST_ROWS", 1)
    with pytest.raises(ExportTooLarge):
        await _sheet(world, boss, ExportWrite(query=ListQuery(view="all")))


async def test_whole_phones_are_for_those_who_may_see_them(world: World) -> None:
    editor = await staff(world, "editor", role=Role.EDITOR)
    with pytest.raises(PermissionDenied):
        await _sheet(world, editor, ExportWrite(query=ListQuery(), phones=True))


async def test_saved_filters_are_ones_own_and_shared_by_those_who_dispatch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    clerk, other = await staff(world, "clerk"), await staff(world, "other")
    filters = SavedFilters(world.uows)
    query = ListQuery(view="overdue", business=["贷款"])
    mine = await filters.add(clerk, FilterWrite(name="我的", query=query))
    shared = await filters.add(boss, FilterWrite(name="大家的", query=query, shared=True))
    assert [(one.name, one.mine) for one in await filters.all(clerk)] == [
        ("大家的", False), ("我的", True),
    ]  # fmt: skip
    assert [one.name for one in await filters.all(other)] == ["大家的"]
    assert (await filters.all(clerk))[1].query == query
    for refused in (
        filters.add(clerk, FilterWrite(name="x", query=query, shared=True)),
        filters.change(clerk, mine.id, FilterWrite(name="x", query=query, shared=True)),
    ):
        with pytest.raises(PermissionDenied):
            await refused
    for unseen in (
        filters.delete(other, mine.id),
        filters.delete(boss, mine.id),
        filters.change(clerk, shared.id, FilterWrite(name="x", query=query)),
    ):
        with pytest.raises(NotFound):
            await unseen
    monkeypatch.setattr(saved, "MOST_OWN", 1)
    with pytest.raises(Conflict):
        await filters.add(clerk, FilterWrite(name="x", query=query))
    await filters.delete(clerk, mine.id)
    assert [one.name for one in await filters.all(clerk)] == ["大家的"]

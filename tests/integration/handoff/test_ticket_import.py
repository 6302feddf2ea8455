"""Tickets from a spreadsheet: rows that are wrong are named, nothing or everything is stored, repeats are harmless."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.ids import new_id
from core.sheets import SheetUnreadable
from core.unit_of_work import UnitOfWork
from handoff.tickets.importing import service
from handoff.tickets.importing.service import TicketImporter
from handoff.tickets.life import filing
from handoff.tickets.life.who import System
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.types.models import TicketType
from tests.integration.handoff.conftest import World

BY = System("命令行导入")
HEAD = [
    "外部编号",
    "标题*",
    "内容",
    "市民姓名",
    "市民电话",
    "紧急程度",
    "转办单号*",
    "诉求类别",
    "转来日期",
    "来电人（姓名）",
    "来电人（电话）",
]
GOOD = ["12345-1", "公积金断缴", "单位三个月没有缴", "张三", "138 0000 1234", "紧急", "20261123000012345", "投诉",
        "2026年11月20日", "张三", "13800001234"]  # fmt: skip


def csv(*rows: list[str], head: list[str] = HEAD) -> bytes:
    return "\n".join(",".join(row) for row in (head, *rows)).encode("gb18030")


def row(**cells: str) -> list[str]:
    """The good row with other cells, by the beginning of their columns' names."""
    return [
        next((new for name, new in cells.items() if column.startswith(name)), cell)
        for column, cell in zip(HEAD, GOOD, strict=True)
    ]


async def tickets(world: World) -> list[Ticket]:
    async with world.uows.read() as session:
        return list(await session.scalars(select(Ticket).order_by(Ticket.number)))


async def take(world: World, data: bytes, store: Any = "all", **more: Any) -> Any:
    more.setdefault("type_id", "hotline_12345")
    return await TicketImporter(world.uows).take_in(data, BY, store=store, **more)


async def test_a_good_sheet_becomes_tickets_of_its_type(world: World) -> None:
    done = await take(world, csv(GOOD, row(外部编号="12345-2", 紧急程度="")))
    assert (done.rows, done.good, done.refused) == (2, 2, [])
    first, second = await tickets(world)
    assert [each.number for each in done.filed] == [first.number, second.number]
    assert first.number.startswith("RX")
    assert (first.type, first.source, first.external_id) == ("hotline_12345", "import", "12345-1")
    assert (first.citizen_phone, first.priority, second.priority) == (
        "13800001234",
        "high",
        "normal",
    )
    assert first.fields == {
        "transfer_number": "20261123000012345", "transferred_on": "2026-11-20", "demand": "投诉",
        "caller": {"name": "张三", "phone": "13800001234"},
    }  # fmt: skip
    async with world.uows.read() as session:
        names = await session.scalars(select(TicketHistory.actor_name).distinct())
        assert list(names) == ["命令行导入"]


async def test_with_one_wrong_row_nothing_is_stored_unless_the_good_ones_are_asked_for(
    world: World,
) -> None:
    data = csv(
        GOOD,
        row(外部编号="2", 标题=""), row(外部编号="3", 转办单号=""), row(外部编号="4", 诉求类别="骂人"),
        row(外部编号="5", 转来日期="昨天"), row(外部编号="6", 紧急程度="马上"), row(外部编号="12345-1"),
        row(外部编号="8", 来电人="", 市民电话="1" * 40),
    )  # fmt: skip
    for store in ("none", "all"):
        done = await take(world, data, store)
        assert (done.rows, done.good, done.filed) == (8, 1, [])
        assert await tickets(world) == []
    assert [(each.row, each.column) for each in done.refused] == [
        (3, "标题"), (4, "转办单号"), (5, "诉求类别"), (6, "转来日期"), (7, "紧急程度"), (8, "外部编号"),
        (9, "市民电话"),
    ]  # fmt: skip
    assert "和第 2 行重复" in done.refused[5].message
    assert done.wrong == 7
    assert "1" * 40 not in done.model_dump_json()
    done = await take(world, data, "good")
    assert [each.row for each in done.filed] == [2]
    assert len(done.refused) == 7
    assert len(await tickets(world)) == 1


async def test_everything_that_is_wrong_with_a_row_is_told_at_once(world: World) -> None:
    bad = row(标题="", 紧急程度="马上", 转办单号="", 转来日期="昨天", 来电人="", 市民电话="1" * 40)
    bad[HEAD.index("来电人（电话）")] = "13800001234"
    done = await take(world, csv(bad), "none")
    assert [each.column for each in done.refused] == [
        "紧急程度", "标题", "市民电话", "转办单号", "转来日期", "来电人（姓名）",
    ]  # fmt: skip
    assert done.wrong == 1


async def test_a_repeat_files_nothing_new_with_and_without_numbers_of_their_own(
    world: World,
) -> None:
    data = csv(GOOD, row(外部编号=""), row(外部编号="", 标题="另一件"))
    assert len((await take(world, data)).filed) == 3
    again = await take(world, csv(row(外部编号="", 标题="又一件"), GOOD, row(外部编号="")))
    assert ([each.row for each in again.filed], [each.row for each in again.known]) == ([2], [3, 4])
    assert {each.number for each in again.known} <= {each.number for each in await tickets(world)}
    assert len(await tickets(world)) == 4
    twice = await take(
        world, csv(row(外部编号="", 标题="一样"), row(外部编号="", 标题="一样")), "none"
    )
    assert [(each.row, each.column) for each in twice.refused] == [(3, "")]


async def test_two_imports_of_the_same_rows_at_once_file_them_once(world: World) -> None:
    data = csv(*(row(外部编号=f"n{n}") for n in range(service.BATCH + 3)))
    both = await asyncio.gather(take(world, data), take(world, data))
    assert sum(len(each.filed) for each in both) == service.BATCH + 3
    assert len(await tickets(world)) == service.BATCH + 3


async def test_rows_may_be_of_several_types_and_fill_in_their_own_columns_only(
    world: World,
) -> None:
    head = ["类型", "标题", "被反映单位", "转办单号"]
    rows = [["投诉", "甲", "示例公司", ""], ["12345转办", "乙", "", "99"], ["投诉", "丙", "", "99"],
            ["无此", "丁", "", ""], ["", "戊", "", ""]]  # fmt: skip
    done = await take(world, csv(*rows, head=head), "good", type_id=None)
    assert [(each.row, each.column) for each in done.refused] == [
        (4, "转办单号"), (5, "类型"), (6, "类型"),
    ]  # fmt: skip
    assert {each.type: each.fields for each in await tickets(world)} == {
        "complaint": {"unit": "示例公司"}, "hotline_12345": {"transfer_number": "99"},
    }  # fmt: skip


async def test_departments_and_people_are_named_and_must_be_there(world: World) -> None:
    department, person = new_id(), new_id()
    async with world.uows.write() as uow:
        now = uow.clock.now()
        uow.session.add(Department(id=department, name="稽核科", created_at=now))
        await uow.session.flush()
        uow.session.add(
            Account(
                id=person, login="li", name="李", role="handler", password_hash="-", active=True,
                department_id=department, created_at=now,
            )
        )  # fmt: skip
    head = ["标题", "承办部门", "承办人"]
    rows = [["甲", "稽核科", ""], ["乙", "", "li"], ["丙", "信贷科", ""], ["丁", "", "wang"]]
    done = await take(world, csv(*rows, head=head), "good", type_id="咨询")
    assert [(each.row, each.column) for each in done.refused] == [(4, "承办部门"), (5, "承办人")]
    first, second = await tickets(world)
    assert (first.department_id, second.assignee_id) == (department, person)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        ("标题,心情\n甲,好".encode(), "columns_unknown"),
        ("标题,标题\n甲,乙".encode(), "columns_repeated"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xff\xfe\x00\x81", "encoding"),
        (("标题\n" + "甲\n" * 1001).encode(), "too_many_rows"),
    ],
)  # fmt: skip
async def test_a_file_that_is_no_such_sheet_is_refused_as_a_whole(
    world: World, data: bytes, reason: str
) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        await take(world, data)
    assert refused.value.details["reason"] == reason


async def test_the_template_is_read_back_and_explains_its_columns(world: World) -> None:
    name, data = await TicketImporter(world.uows).template("hotline_12345")
    assert name == "12345转办"
    book = load_workbook(io.BytesIO(data))
    head = [cell.value for cell in book["工单"][1]]
    assert {"标题*", "转办单号*", "来电人（电话）", "事发地点（地址）"} <= set(head)
    assert "转办材料" not in str(head)
    notes = {str(line[0]): line[2] for line in book["填写说明"].iter_rows(values_only=True)}
    assert notes["诉求类别"].startswith("从这些里选一个：咨询、求助")
    filled: Workbook = book
    values = {"标题*": "甲", "转办单号*": 20261123, "转来日期": date(2026, 11, 20)}
    filled["工单"].append([values.get(str(name)) for name in head])
    out = io.BytesIO()
    filled.save(out)
    done = await take(world, out.getvalue())
    [ticket] = await tickets(world)
    assert done.refused == []
    assert ticket.fields == {"transfer_number": "20261123", "transferred_on": "2026-11-20"}


async def test_what_changes_between_looking_and_filing_stops_its_own_rows_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A type is switched off after the first ticket of the batch was filed: nothing of that batch stays half done."""
    begun = 0

    async def add(uow: UnitOfWork, wanted: filing.Filing) -> Ticket:
        nonlocal begun
        begun += 1
        if begun == 2:
            type_ = await uow.session.get_one(TicketType, "complaint")
            type_.active = False
        return await filing.add(uow, wanted)

    monkeypatch.setattr(service, "add", add)
    data = csv(["咨询", "甲"], ["投诉", "乙"], ["咨询", "丙"], head=["类型", "标题"])
    done = await take(world, data, type_id=None)
    # Switching off was part of the transaction that failed: by itself each row goes.
    assert [each.row for each in done.filed] == [2, 3, 4]
    async with world.uows.write() as uow:
        (await uow.session.get_one(TicketType, "complaint")).active = False
    done = await take(world, csv(["投诉", "丁"], head=["类型", "标题"]), type_id=None)
    assert [each.column for each in done.refused] == ["类型"]
    async with world.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(Ticket)) == 3


async def test_who_imports_is_who_filed(world: World) -> None:
    agent: Actor = await world.agent("a", role=Role.SUPERVISOR)
    done = await TicketImporter(world.uows).take_in(
        csv(GOOD), agent, store="all", type_id="hotline_12345"
    )
    [ticket] = await tickets(world)
    assert done.filed[0].id == ticket.id
    assert ticket.created_by == agent.account_id

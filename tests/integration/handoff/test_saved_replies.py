"""Who may use and who may write which saved replies, and what a spreadsheet of them does; on each database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import BangbanError, NotFound, PermissionDenied
from handoff.saved_replies import service
from handoff.saved_replies.schemas import SavedReplyRead, SavedReplyWrite, Scope
from handoff.saved_replies.service import SavedReplies
from handoff.saved_replies.sheets import SheetRow
from handoff.saved_replies.shipped import add_shipped, shipped
from tests.integration.handoff.conftest import World


def body(title: str = "问候", scope: Scope = "own", **more: object) -> SavedReplyWrite:
    return SavedReplyWrite.model_validate({"scope": scope, "title": title, "text": "您好", **more})


async def titles(replies: SavedReplies, actor: Actor) -> list[str]:
    return [item.title for item in (await replies.of(actor)).items]


async def group_of(world: World, *members: Actor) -> str:
    for member in members:
        await world.people.agents.add_to_groups(member.account_id, ["贷款组"])
    return (await world.people.agents.list_groups())[0].id


async def code_of(doing: object) -> str:
    with pytest.raises(BangbanError) as caught:
        await doing  # type: ignore[misc]
    return caught.value.code


async def test_everybody_sees_the_shared_ones_their_own_and_their_groups(world: World) -> None:
    replies = SavedReplies(world.uows)
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    wang, li = await world.agent("wang"), await world.agent("li")
    group = await group_of(world, wang)
    await replies.create(body("公共", "shared"), chief)
    await replies.create(body("组", "group", group_id=group), chief)
    await replies.create(body("王的"), wang)
    assert set(await titles(replies, wang)) == {"公共", "组", "王的"}
    assert set(await titles(replies, li)) == {"公共"}
    assert set(await titles(replies, chief)) == {"公共", "组"}
    editable = {item.title: item.editable for item in (await replies.of(wang)).items}
    assert editable == {"公共": False, "组": False, "王的": True}


async def test_only_who_may_share_writes_for_others(world: World) -> None:
    replies = SavedReplies(world.uows)
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    wang, li = await world.agent("wang"), await world.agent("li")
    group = await group_of(world, wang)
    shared = await replies.create(body("公共", "shared"), chief)
    own = await replies.create(body("王的"), wang)
    for wanted in (body("x", "shared"), body("x", "group", group_id=group)):
        with pytest.raises(PermissionDenied):
            await replies.create(wanted, wang)
        with pytest.raises(PermissionDenied):
            await replies.change(own.id, wanted, wang)
    with pytest.raises(PermissionDenied):
        await replies.change(shared.id, body("x"), wang)
    with pytest.raises(PermissionDenied):
        await replies.remove(shared.id, wang)
    for somebody in (li, chief):
        with pytest.raises(NotFound):
            await replies.remove(own.id, somebody)
        with pytest.raises(NotFound):
            await replies.used(own.id, somebody)
    with pytest.raises(NotFound):
        await replies.create(body("x", "group", group_id=shared.id), chief)
    async with world.uows.read() as session:
        query = select(AuditRow.action).where(AuditRow.subject.like("saved_reply:%"))
        assert list(await session.scalars(query)) == ["saved_reply.created"]


async def test_a_shortcut_is_one_replys_on_its_shelf(world: World) -> None:
    replies = SavedReplies(world.uows)
    wang, li = await world.agent("wang"), await world.agent("li")
    first = await replies.create(body("一", shortcut="NH"), wang)
    assert first.shortcut == "nh"
    assert await code_of(replies.create(body("二", shortcut="nh"), wang)) == "shortcut_taken"
    second = await replies.create(body("二"), wang)
    refused = replies.change(second.id, body("二", shortcut="nh"), wang)
    assert await code_of(refused) == "shortcut_taken"
    await replies.change(first.id, body("一改", shortcut="nh"), wang)
    await replies.create(body("一", shortcut="nh"), li)
    wrong = replies.create(body("三", text="{姓名}您好"), wang)
    assert await code_of(wrong) == "unknown_variable"


async def test_what_is_used_most_comes_first_and_no_use_is_lost(world: World) -> None:
    replies = SavedReplies(world.uows)
    wang = await world.agent("wang")
    made: dict[str, SavedReplyRead] = {
        title: await replies.create(body(title), wang) for title in ("甲", "乙")
    }
    await asyncio.gather(*(replies.used(made["乙"].id, wang) for _ in range(8)))
    items = (await replies.of(wang)).items
    assert [(item.title, item.uses) for item in items] == [("乙", 8), ("甲", 0)]
    assert items[0].initials == "y"


async def test_a_shelf_holds_only_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(service.MOST, "own", 2)
    replies = SavedReplies(world.uows)
    wang = await world.agent("wang")
    rows = [SheetRow(n, title=f"第{n}", text="您好") for n in (2, 3, 4)]
    result = await replies.take_in(rows, "own", None, wang)
    assert (result.added, [row.row for row in result.refused]) == (2, [4])
    assert await code_of(replies.create(body("又一"), wang)) == "too_many_replies"


async def test_a_sheet_adds_changes_and_says_what_it_refuses(world: World) -> None:
    replies = SavedReplies(world.uows)
    chief, wang = await world.agent("chief", role=Role.SUPERVISOR), await world.agent("wang")
    await replies.create(body("问候", "shared", shortcut="nh"), chief)
    rows = [
        SheetRow(2, "nh", "问候语", "您好！"),
        SheetRow(3, "", "再见", "再见"),
        SheetRow(4, "", "", "没有标题"),
        SheetRow(5, "", "变量", "{姓名}"),
        SheetRow(6, "nh", "再见", "重名"),
    ]
    result = await replies.take_in(rows, "shared", None, chief)
    assert (result.added, result.changed, result.unchanged) == (1, 2, 0)
    assert [row.row for row in result.refused] == [4, 5]
    assert "标题" in result.refused[0].reason
    assert (await replies.take_in(rows[1:2], "shared", None, chief)).unchanged == 1
    with pytest.raises(PermissionDenied):
        await replies.take_in(rows, "shared", None, wang)


async def test_what_ships_comes_once(world: World) -> None:
    replies = SavedReplies(world.uows)
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    for _ in range(2):
        async with world.uows.write() as uow:
            await add_shipped(uow)
    items = (await replies.of(chief)).items
    assert len(items) == len(shipped())
    await replies.remove(items[0].id, chief)
    async with world.uows.write() as uow:
        await add_shipped(uow)
    assert len((await replies.of(chief)).items) == len(shipped()) - 1

"""The tree articles are filed in: renamed and moved without a new version, found again by files, never broken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from core.errors import BangbanError, InvalidInput, NotFound
from core.ids import new_id
from knowledge.articles import categories, listing
from knowledge.articles.categories import Categories, CategoryExists, CategoryInUse, shipped_tree
from knowledge.articles.models import Category
from knowledge.articles.reads import CategoryUpdate
from knowledge.articles.seed import seed
from tests.integration.knowledge.kb import (
    WANG,
    content,
    content_file,
    entries,
    publish,
    revision,
    statuses,
)  # fmt: skip


async def make(units, *paths: str) -> dict[str, str]:
    async with units.write() as uow:
        tree = await Categories.load(uow.session)
        return {path: tree.file(path) for path in paths}


async def paths(units) -> list[str]:
    async with units.read() as session:
        return [node.path for node in (await Categories.load(session)).walk()]


async def change(units, category_id: str, **what: object) -> None:
    async with units.write() as uow:
        await categories.change(uow, category_id, actor=WANG, **what)  # type: ignore[arg-type]


async def listed(units, category_id: str) -> int:
    async with units.read() as session:
        wanted = listing.Filter(category_id=category_id)
        today = units.clock.now().date()
        return len(await listing.page(session, wanted, today=today, after=None, limit=99))


async def test_a_path_in_a_file_makes_what_is_missing_once(uow_factory) -> None:
    first = await make(uow_factory, "提取/租房", "提取/购房")
    again = await make(uow_factory, "提取/租房", " 提取 / 购房 ")
    assert list(first.values()) == list(again.values())
    assert await paths(uow_factory) == ["提取", "提取/租房", "提取/购房"]


async def test_a_short_name_finds_its_place_in_the_tree(uow_factory) -> None:
    made = await make(uow_factory, "公积金/提取", "公积金/综合", "社保/综合")
    async with uow_factory.write() as uow:
        tree = await Categories.load(uow.session)
        assert tree.file("提取") == made["公积金/提取"]
        assert tree.path(tree.file("提取/租房")) == "公积金/提取/租房"
        assert tree.file("综合", business="社保") == made["社保/综合"]
        assert tree.path(tree.file("综合")) == "综合", "nobody knows which of the two is meant"
        assert tree.path(tree.file("")) == "未分类"


async def test_renaming_and_moving_need_no_new_version_but_change_what_results_say(
    uow_factory,
) -> None:
    made = await make(uow_factory, "公积金/提取/租房", "住房")
    written = await publish(uow_factory, content(), category="公积金/提取/租房")
    before = await revision(uow_factory)
    top = (await make(uow_factory, "公积金"))["公积金"]
    await change(uow_factory, top, name="住房公积金")
    assert [e.category for e in await entries(uow_factory)] == ["住房公积金/提取/租房"]
    await change(uow_factory, made["公积金/提取/租房"], move_to=(made["住房"],))
    assert [e.category for e in await entries(uow_factory)] == ["住房/租房"]
    assert await statuses(uow_factory, written.article.id) == ["published"]
    assert await revision(uow_factory) == before + 2


async def test_a_list_of_a_category_holds_everything_below_it_and_nothing_beside(
    uow_factory,
) -> None:
    made = await make(uow_factory, "提取", "提取/租房", "提取记录")
    for number, path in enumerate(("提取", "提取/租房", "提取/租房/异地", "提取记录")):
        await publish(uow_factory, content(), key=f"a-{number}", category=path)
    assert await listed(uow_factory, made["提取"]) == 3
    assert await listed(uow_factory, made["提取/租房"]) == 2
    assert await listed(uow_factory, made["提取记录"]) == 1


async def test_a_category_in_use_stays(uow_factory) -> None:
    made = await make(uow_factory, "提取", "提取/租房", "空")
    await publish(uow_factory, content(), category="提取/租房")
    for path, details in (
        ("提取", {"articles": 0, "children": 1}),
        ("提取/租房", {"articles": 1, "children": 0}),
    ):
        with pytest.raises(CategoryInUse) as caught:
            async with uow_factory.write() as uow:
                await categories.delete(uow, made[path], actor=WANG)
        assert caught.value.details == details
    async with uow_factory.write() as uow:
        await categories.delete(uow, made["空"], actor=WANG)
    assert await paths(uow_factory) == ["提取", "提取/租房"]


async def test_siblings_keep_the_order_they_are_given(uow_factory) -> None:
    made = await make(uow_factory, "甲", "乙", "丙")
    await change(uow_factory, made["丙"], position=0)
    assert await paths(uow_factory) == ["丙", "甲", "乙"]
    await change(uow_factory, made["丙"], position=99)
    assert await paths(uow_factory) == ["甲", "乙", "丙"]


async def test_the_tree_stays_a_tree(uow_factory) -> None:
    made = await make(uow_factory, "提取", "提取/租房", "住房")
    wrong: list[tuple[dict[str, Any], type[BangbanError]]] = [
        ({"name": ""}, InvalidInput),
        ({"name": "  "}, InvalidInput),
        ({"name": "a/b"}, InvalidInput),
        ({"name": "a\x00b"}, InvalidInput),
        ({"name": "\u202egnp"}, InvalidInput),
        ({"name": "字" * 33}, InvalidInput),
        ({"name": "住房"}, CategoryExists),
        ({"move_to": (made["提取"],)}, InvalidInput),
        ({"move_to": (made["提取/租房"],)}, InvalidInput),
        ({"move_to": (new_id(),)}, NotFound),
    ]
    for what, error in wrong:
        with pytest.raises(error):
            await change(uow_factory, made["提取"], **what)
        assert await paths(uow_factory) == ["提取", "提取/租房", "住房"], what


async def test_a_path_that_would_become_too_long_is_refused(uow_factory) -> None:
    names = "/".join(["字" * 30] * 6)
    made = await make(uow_factory, names, "另一个很长很长的名字" * 3)
    top = (await make(uow_factory, "字" * 30))["字" * 30]
    with pytest.raises(InvalidInput, match="太深"):
        await change(uow_factory, top, move_to=(made["另一个很长很长的名字" * 3],))


async def test_the_same_category_made_by_two_people_at_once_is_one(uow_factory) -> None:
    async def create() -> None:
        async with uow_factory.write() as uow:
            await categories.create(uow, "提取", None, actor=WANG)

    results = await asyncio.gather(create(), create(), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["CategoryExists", "NoneType"]


async def test_shipped_articles_find_their_category_though_it_was_renamed(
    uow_factory, tmp_path
) -> None:
    (tmp_path / "categories.yaml").write_text("公积金: [缴存, 提取]\n社保: [养老]\n", "utf-8")
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    assert await paths(uow_factory) == ["公积金", "公积金/缴存", "公积金/提取", "社保", "社保/养老"]
    async with uow_factory.read() as session:
        node = await session.scalar(select(Category).where(Category.path == "公积金/提取"))
    await change(uow_factory, node.id, name="支取")
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "新答"), ("fund-b", "问题乙", "答乙"))
    await seed(uow_factory, tmp_path)
    assert {e.category for e in await entries(uow_factory)} == {"公积金/支取"}
    assert len(await paths(uow_factory)) == 5


def test_the_shipped_tree_has_the_categories_of_the_field() -> None:
    tree = shipped_tree()
    assert [p.partition("/")[2] for p in tree if p.startswith("公积金/")] == [
        "基本信息", "缴存", "提取", "信贷", "执法", "计财",
    ]  # fmt: skip
    assert {"社保/养老", "社保/医疗", "社保/企业参保"} <= set(tree)


def test_a_place_beyond_any_tree_is_refused() -> None:
    with pytest.raises(ValidationError):
        CategoryUpdate(position=10**30)

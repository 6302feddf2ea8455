"""Shipped articles come into the database once, follow their files, and never overwrite an editor."""

from __future__ import annotations

import asyncio

import pytest

from knowledge.articles import service
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.seed import CONTENT, ContentFileInvalid, seed
from tests.integration.knowledge.kb import (
    LI,
    content,
    content_file,
    entries,
    republish,
    revision,
)  # fmt: skip


async def article_id(units, key: str) -> str:
    async with units.read() as session:
        return (await ArticleRepository(session).by_keys([key]))[key].id


async def test_shipped_articles_are_published(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"), ("fund-b", "问题乙", "答乙"))
    report = await seed(uow_factory, tmp_path)
    assert report.added == 2
    assert {e.key for e in await entries(uow_factory)} == {"fund-a", "fund-b"}
    assert (await entries(uow_factory))[0].business == "公积金"


async def test_an_unchanged_file_changes_nothing(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    assert (await seed(uow_factory, tmp_path)).touched == 0
    assert await revision(uow_factory) == 1


async def test_only_the_changed_article_gets_a_new_version(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"), ("fund-b", "问题乙", "答乙"))
    await seed(uow_factory, tmp_path)
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "新答"), ("fund-b", "问题乙", "答乙"))
    report = await seed(uow_factory, tmp_path)
    assert (report.added, report.changed, report.retired) == (0, 1, 0)
    assert {e.key: e.answer_md for e in await entries(uow_factory)} == {
        "fund-a": "新答",
        "fund-b": "答乙",
    }


async def test_an_editors_own_text_is_kept(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    await republish(
        uow_factory,
        await article_id(uow_factory, "fund-a"),
        content("问题甲", answer_md="本市的答复"),
        1,
    )
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "新的随产品答复"))
    assert (await seed(uow_factory, tmp_path)).kept == ["fund-a"]
    assert [e.answer_md for e in await entries(uow_factory)] == ["本市的答复"]


async def test_an_article_an_editor_retired_stays_retired(uow_factory, tmp_path) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    async with uow_factory.write() as uow:
        await service.retire(uow, await article_id(uow_factory, "fund-a"), actor=LI)
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "新答"))
    await seed(uow_factory, tmp_path)
    assert await entries(uow_factory) == []


async def test_what_left_its_file_is_retired_and_may_come_back(uow_factory, tmp_path) -> None:
    both = (("fund-a", "问题甲", "答甲"), ("fund-b", "问题乙", "答乙"))
    content_file(tmp_path, "10-a.yaml", *both)
    await seed(uow_factory, tmp_path)
    content_file(tmp_path, "10-a.yaml", both[0])
    assert (await seed(uow_factory, tmp_path)).retired == 1
    assert {e.key for e in await entries(uow_factory)} == {"fund-a"}
    content_file(tmp_path, "10-a.yaml", *both)
    await seed(uow_factory, tmp_path)
    assert {e.key for e in await entries(uow_factory)} == {"fund-a", "fund-b"}


async def test_what_an_editor_rolled_back_to_stays_when_it_leaves_its_file(
    uow_factory, tmp_path
) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "新答"))
    await seed(uow_factory, tmp_path)
    async with uow_factory.write() as uow:
        await service.roll_back(uow, await article_id(uow_factory, "fund-a"), 1, actor=LI)
    content_file(tmp_path, "10-a.yaml", ("fund-b", "问题乙", "答乙"))
    assert (await seed(uow_factory, tmp_path)).retired == 0
    assert {e.key: e.answer_md for e in await entries(uow_factory)} == {
        "fund-a": "答甲",
        "fund-b": "答乙",
    }


async def test_a_removed_file_retires_its_articles(uow_factory, tmp_path) -> None:
    path = content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    content_file(tmp_path, "11-b.yaml", ("fund-b", "问题乙", "答乙"))
    await seed(uow_factory, tmp_path)
    path.unlink()
    assert (await seed(uow_factory, tmp_path)).retired == 1
    assert {e.key for e in await entries(uow_factory)} == {"fund-b"}


async def test_an_article_may_move_to_another_file(uow_factory, tmp_path) -> None:
    path = content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    await seed(uow_factory, tmp_path)
    path.unlink()
    content_file(tmp_path, "11-b.yaml", ("fund-a", "问题甲", "答甲"))
    assert (await seed(uow_factory, tmp_path)).touched == 0
    assert {e.key for e in await entries(uow_factory)} == {"fund-a"}


async def test_two_servers_starting_at_once_bring_the_articles_in_once(
    uow_factory, tmp_path
) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    reports = await asyncio.gather(seed(uow_factory, tmp_path), seed(uow_factory, tmp_path))
    assert sum(r.added for r in reports) == 1
    assert len(await entries(uow_factory)) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("articles: [", "YAML"),
        ("category: 提取", "articles"),
        ("category: 提取\narticles: [{question: 问题}]", "第 1 条"),
        (
            "category: 提取\narticles: [{key: a-b, question: 问题, answer: 答, colour: red}]",
            "colour",
        ),
        ("category: 提取\narticles: [{key: a-b, question: 问题}]", "answer_md 不能为空"),
        ("category: 提取\narticles:\n- &a {key: a-b, question: 问题, answer: 答}\n- *a", "重复"),
    ],
)
async def test_a_broken_file_is_named_and_changes_nothing(
    uow_factory, tmp_path, text: str, names: str
) -> None:
    content_file(tmp_path, "10-a.yaml", ("fund-a", "问题甲", "答甲"))
    (tmp_path / "articles" / "11-bad.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentFileInvalid, match=names) as caught:
        await seed(uow_factory, tmp_path)
    assert "11-bad.yaml" in str(caught.value)
    assert await entries(uow_factory) == []


async def test_the_shipped_content_comes_in_whole(uow_factory) -> None:
    report = await seed(uow_factory, CONTENT)
    assert report.added >= 150
    assert report.kept == []

"""The editors' list: what each filter means, page by page without loss, and one query a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from core.clock import today
from knowledge.articles import listing, service
from knowledge.articles.listing import Filter
from tests.integration.knowledge.kb import LI, WANG, content, draft, publish


async def keys(units, *, after: str | None = None, limit: int = 99, **wanted: Any) -> list[str]:
    async with units.read() as session:
        rows = await listing.page(
            session, Filter(**wanted), today=today(units.clock), after=after, limit=limit
        )
    return [article.key for article, _ in rows]


@pytest.fixture
async def base(uow_factory) -> None:
    """One article of each kind, made in this order."""
    await draft(uow_factory, content("只有草稿的问题", tags=["新"]), key="draft")
    await publish(uow_factory, content("已发布的问题", tags=["旧", "新"]), key="live")
    changed = await publish(uow_factory, content("正在修改的问题"), key="changed")
    async with uow_factory.write() as uow:
        text = content("改过的问题", region="北市")
        new = await service.revise(uow, changed.article.id, text, based_on=1, actor=LI)
        await service.submit(uow, new.version.id, actor=LI)
    gone = await publish(uow_factory, content("停用的问题"), key="gone")
    async with uow_factory.write() as uow:
        await service.retire(uow, gone.article.id, actor=LI)
    await publish(uow_factory, content("过期的问题", effective_to="2026-11-22"), key="over")
    await publish(uow_factory, content("快到期的问题", effective_to="2026-11-23"), key="ends")
    await publish(uow_factory, content("内部问题", audience="internal"), key="internal")


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["draft", "live", "changed", "gone", "over", "ends", "internal"]),
    ({"status": "draft"}, ["draft"]),
    ({"status": "in_review"}, ["changed"]),
    ({"status": "published"}, ["live", "changed", "over", "ends", "internal"]),
    ({"status": "retired"}, ["gone"]),
    ({"status": "expired"}, ["over"]),
    ({"tag": "新"}, ["draft", "live"]),
    ({"tag": "没有"}, []),
    ({"region": "北市"}, ["changed"]),
    ({"audience": "internal"}, ["internal"]),
    ({"expiring_within": 0}, ["ends"]),
    ({"author": WANG}, ["draft", "live", "gone", "over", "ends", "internal"]),
    ({"author": LI}, ["changed"]),
    ({"words": ["改过"]}, ["changed"]),
    ({"words": ["问题", "草稿"]}, ["draft"]),
    ({"words": ["live"]}, ["live"]),
    ({"words": ["_"]}, []),
    ({"status": "published", "audience": "public", "words": ["到期"]}, ["ends"]),
]


async def test_each_filter_shows_what_it_says(uow_factory, base) -> None:
    # The newest comes first.
    shown = [(wanted, (await keys(uow_factory, **wanted))[::-1]) for wanted, _ in FILTERS]
    assert shown == FILTERS


async def test_pages_follow_each_other_without_loss(uow_factory, base) -> None:
    seen: list[str] = []
    after = None
    while True:
        async with uow_factory.read() as session:
            rows = await listing.page(
                session, Filter(), today=today(uow_factory.clock), after=after, limit=2
            )
        if not rows:
            break
        seen += [article.key for article, _ in rows]
        after = rows[-1][0].id
    assert seen == await keys(uow_factory)


async def test_a_page_is_one_query_whatever_is_filtered(uow_factory, database, base) -> None:
    said: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *args: said.append(args[2])
    )
    await keys(uow_factory, tag="新", words=["问题"], status="published", expiring_within=9)
    assert len(said) == 1


async def test_what_waits_for_review_comes_in_the_order_it_was_submitted(
    uow_factory, clock
) -> None:
    written = [await draft(uow_factory, content(), key=key) for key in ("a", "b", "c")]
    for index in (1, 2, 0):
        clock.advance(timedelta(minutes=1))
        async with uow_factory.write() as uow:
            await service.submit(uow, written[index].version.id, actor=WANG)

    async def page(after: str | None, limit: int) -> list[tuple[str, str]]:
        async with uow_factory.read() as session:
            rows = await listing.in_review(session, after=after, limit=limit)
        return [(article.key, version.id) for version, article, _ in rows]

    (first,) = await page(None, 1)
    rest = await page(first[1], 9)
    assert [first[0], *(key for key, _ in rest)] == ["b", "c", "a"]


async def test_used_tags_are_listed_by_use(uow_factory, base) -> None:
    async with uow_factory.read() as session:
        assert await listing.tags(session, "", 9) == [("新", 2), ("旧", 1)]
        assert await listing.tags(session, "旧", 9) == [("旧", 1)]
        assert await listing.tags(session, "%", 9) == []

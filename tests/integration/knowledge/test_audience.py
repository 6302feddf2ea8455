"""Which articles an agent may not send to a citizen."""

from __future__ import annotations

import pytest

from core.ids import new_id
from knowledge.articles import service
from knowledge.articles.audience import ArticleAudience
from tests.integration.knowledge.kb import LI, content, publish, republish

INSIDE = {"audience": "internal"}


@pytest.fixture
def is_internal(uow_factory, clock):
    async def ask(article_id: str) -> bool:
        async with uow_factory.read() as session:
            return await ArticleAudience(clock).is_internal(session, article_id)

    return ask


async def test_a_public_article_may_be_sent_and_an_internal_one_not(
    uow_factory, is_internal
) -> None:
    public = await publish(uow_factory, content())
    internal = await publish(uow_factory, content("窗口怎么报修", **INSIDE), key="desk")
    assert not await is_internal(public.article.id)
    assert await is_internal(internal.article.id)
    assert not await is_internal(new_id())


async def test_what_holds_today_decides_not_the_public_text_of_past_days(
    uow_factory, is_internal
) -> None:
    written = await publish(uow_factory, content())
    inner = content(effective_from="2026-11-01", **INSIDE)
    await republish(uow_factory, written.article.id, inner, based_on=1)
    assert await is_internal(written.article.id)


async def test_a_planned_internal_text_does_not_count_yet(uow_factory, is_internal) -> None:
    written = await publish(uow_factory, content())
    inner = content(effective_from="2026-12-01", **INSIDE)
    await republish(uow_factory, written.article.id, inner, based_on=1)
    assert not await is_internal(written.article.id)


async def test_a_retired_internal_article_stays_with_agents(uow_factory, is_internal) -> None:
    written = await publish(uow_factory, content(**INSIDE))
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    assert await is_internal(written.article.id)

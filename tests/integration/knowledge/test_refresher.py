"""What is published answers within one look at the database; a failed rebuild leaves the old answers."""

from __future__ import annotations

import pytest

from core.conversation.ports import KnowledgeQuery
from core.errors import Unavailable
from knowledge.articles import service
from knowledge.articles.regions import Regions
from knowledge.retrieval.refresher import IndexBuilder, Refresher
from knowledge.retrieval.search import Search
from tests.integration.knowledge.kb import LI, content, publish, republish
from tests.unit.knowledge.tiny import TODAY


@pytest.fixture
def search() -> Search:
    return Search(Regions([]))


@pytest.fixture
def builder(cache, analyser) -> IndexBuilder:
    return IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)


@pytest.fixture
def refresher(uow_factory, search, builder) -> Refresher:
    return Refresher(uow_factory, search, builder)


def ask(search: Search, text: str = "租房可以提取公积金吗") -> list[str]:
    return [h.answer_md for h in search.search(KnowledgeQuery(text, "example", TODAY)).hits]


async def test_before_the_first_build_search_says_that_it_is_not_ready(search) -> None:
    assert not search.ready
    with pytest.raises(Unavailable):
        ask(search)


async def test_an_empty_knowledge_base_is_ready_and_knows_nothing(refresher, search) -> None:
    assert await refresher.refresh()
    assert search.ready
    assert ask(search) == []


async def test_a_published_article_answers_after_the_next_look(
    refresher, search, uow_factory
) -> None:
    await refresher.refresh()
    await publish(uow_factory, content(answer_md="可以。"))
    assert ask(search) == []
    assert await refresher.refresh()
    assert ask(search) == ["可以。"]


async def test_without_a_change_nothing_is_rebuilt(refresher, search, uow_factory) -> None:
    await publish(uow_factory, content())
    await refresher.refresh()
    before = search.index
    assert not await refresher.refresh()
    assert search.index is before


async def test_a_correction_and_a_retirement_change_the_answers(
    refresher, search, uow_factory
) -> None:
    written = await publish(uow_factory, content(answer_md="旧"))
    await republish(uow_factory, written.article.id, content(answer_md="新"), based_on=1)
    await refresher.refresh()
    assert ask(search) == ["新"]
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    await refresher.refresh()
    assert ask(search) == []


async def test_a_draft_never_answers(refresher, search, uow_factory) -> None:
    written = await publish(uow_factory, content(answer_md="旧"))
    async with uow_factory.write() as uow:
        await service.revise(
            uow, written.article.id, content(answer_md="草稿"), based_on=1, actor=LI
        )
    await refresher.refresh()
    assert ask(search) == ["旧"]


async def test_a_failed_rebuild_leaves_the_old_answers_and_is_tried_again(
    refresher, search, builder, uow_factory, monkeypatch
) -> None:
    await publish(uow_factory, content(answer_md="可以。"))
    await refresher.refresh()
    await publish(uow_factory, content("失业金可以领几个月", answer_md="看年限。"), key="jobless")

    def broken(_entries: object, *, wait: bool) -> object:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(builder, "build", broken)
        with pytest.raises(MemoryError):
            await refresher.refresh()
    assert ask(search) == ["可以。"]
    assert await refresher.refresh()
    assert "看年限。" in ask(search, "失业金可以领几个月")


async def test_much_new_content_trains_the_encoder_again(
    uow_factory, search, tmp_path, analyser
) -> None:
    builder = IndexBuilder(encoder="builtin", cache=tmp_path, analyser=analyser)
    refresher = Refresher(uow_factory, search, builder)
    await publish(uow_factory, content("租房可以提取公积金吗", similar=["租房能取吗"]))
    await publish(uow_factory, content("失业金领几个月", similar=["失业金多久"]), key="jobless")
    await refresher.refresh()
    before = search.index.encoder.id
    assert not await refresher.retrain()
    await publish(
        uow_factory, content("工伤怎么认定", similar=["算工伤吗", "工伤找谁认"]), key="injury"
    )
    await refresher.refresh()
    assert search.index.encoder.id == before
    assert await refresher.retrain()
    assert search.index.encoder.id != before


async def test_a_real_transformer_serves_the_search(
    uow_factory, search, transformer, cache, analyser
) -> None:
    builder = IndexBuilder(encoder=str(transformer), cache=cache, analyser=analyser)
    await publish(uow_factory, content(answer_md="可以。"))
    await Refresher(uow_factory, search, builder).refresh()
    assert ask(search) == ["可以。"]
    assert list((cache / "vectors").glob("*.npy"))


async def test_similarity_orders_by_meaning(refresher, search, uow_factory) -> None:
    await publish(uow_factory, content())
    await refresher.refresh()
    near, far = search.similarity(
        "租房可以提取公积金吗", ["租房能取公积金吗", "失业金可以领几个月"]
    )
    assert -1 <= far < near <= 1 + 1e-6
    assert search.similarity("租房", []) == []

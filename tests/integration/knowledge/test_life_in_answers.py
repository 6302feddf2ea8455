"""Through the real index: a citizen never gets what is not published, not in force today, or not for their region."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.knowledge_only import KnowledgeOnly
from bot.questions import Questions
from core.clock import FixedClock, today
from core.conversation.answers import contents_of
from core.conversation.content import AnswerContent
from core.conversation.ports import BotTurn, KnowledgeQuery
from knowledge.articles import service
from knowledge.articles.regions import Region, Regions, RegionValue
from knowledge.retrieval.refresher import IndexBuilder, Refresher
from knowledge.retrieval.search import Search
from tests.integration.knowledge.kb import LI, WANG, content, draft, publish, republish, review

LIMIT = RegionValue(value=150000, unit="fen_per_month", display="每月1500元", source="某号文")
NORTH = Region("north", "北市", False, {"fund.rent_limit": LIMIT})
SOUTH = Region("south", "南市", False, {})


class Citizen:
    """Asks the bot's way, on the clock's day."""

    def __init__(self, search: Search, refresher: Refresher, clock: FixedClock) -> None:
        self._search, self._refresher, self._clock = search, refresher, clock

    async def reads(
        self, *, region: str = "north", on: date | None = None, internal: bool = False
    ) -> list[str]:
        """Everything the search has to show them for one question, in any band."""
        await self._refresher.refresh()
        query = KnowledgeQuery(
            "租房可以提取公积金吗", region, on or today(self._clock), internal=internal, top=20
        )
        return [hit.answer_md for hit in self._search.search(query).hits]


@pytest.fixture
def search() -> Search:
    return Search(Regions([NORTH, SOUTH]))


@pytest.fixture
def citizen(uow_factory, search, clock, cache, analyser) -> Citizen:
    builder = IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)
    return Citizen(search, Refresher(uow_factory, search, builder), clock)


async def test_each_step_of_a_life_shows_only_what_it_should(uow_factory, citizen) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    assert await citizen.reads() == []
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
    assert await citizen.reads() == []
    async with uow_factory.write() as uow:
        await service.publish(uow, written.version.id, actor=LI)
    assert await citizen.reads() == ["一"]
    async with uow_factory.write() as uow:
        text = content(answer_md="二")
        second = await service.revise(uow, written.article.id, text, based_on=1, actor=WANG)
    assert await citizen.reads() == ["一"], "a draft changes nothing"
    await review(uow_factory, second)
    assert await citizen.reads() == ["二"]
    async with uow_factory.write() as uow:
        await service.roll_back(uow, written.article.id, 1, actor=LI)
    assert await citizen.reads() == ["一"]
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    assert await citizen.reads() == []


async def test_the_clock_alone_begins_and_ends_an_answer(uow_factory, citizen, clock) -> None:
    """Nothing is published, restarted or rebuilt when the day comes."""
    await publish(
        uow_factory, content(answer_md="短", effective_from="2026-11-25", effective_to="2026-11-26")
    )
    seen = []
    for _ in range(5):
        seen.append(await citizen.reads())
        clock.advance(timedelta(days=1))
    assert seen == [[], [], ["短"], ["短"], []]


async def test_a_day_begins_at_midnight_in_china(uow_factory, citizen, clock) -> None:
    await publish(uow_factory, content(answer_md="新", effective_from="2026-11-24"))
    clock.advance(timedelta(hours=13, minutes=59))  # 23:59 there, and 15:59 in UTC
    assert await citizen.reads() == []
    clock.advance(timedelta(minutes=1))
    assert await citizen.reads() == ["新"]


async def test_the_end_of_a_temporary_rule_does_not_bring_back_the_one_before(
    uow_factory, citizen, clock
) -> None:
    first = await publish(uow_factory, content(answer_md="旧"))
    limits = {"effective_from": "2026-11-24", "effective_to": "2026-11-24"}
    await republish(uow_factory, first.article.id, content(answer_md="临时", **limits), based_on=1)
    assert await citizen.reads() == ["旧"]
    clock.advance(timedelta(days=1))
    assert await citizen.reads() == ["临时"]
    clock.advance(timedelta(days=1))
    assert await citizen.reads() == []


async def test_a_search_as_of_a_day_finds_what_held_then(uow_factory, citizen) -> None:
    first = await publish(uow_factory, content(answer_md="旧", effective_from="2024-01-01"))
    later = content(answer_md="新", effective_from="2026-09-20")
    await republish(uow_factory, first.article.id, later, based_on=1)
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2026, 9, 19), date(2026, 9, 20))
    assert [await citizen.reads(on=day) for day in days] == [[], ["旧"], ["旧"], ["新"]]


async def test_each_region_gets_its_own_answer_and_never_the_others(uow_factory, citizen) -> None:
    await publish(uow_factory, content(answer_md="全国：{{fund.rent_limit}}"), key="all")
    await publish(uow_factory, content(answer_md="北", region="北市"), key="n")
    await publish(uow_factory, content(answer_md="南", region="south"), key="s")
    assert sorted(await citizen.reads(region="north")) == ["全国：每月1500元", "北"]
    assert sorted(await citizen.reads(region="南市")) == ["全国：以当地规定为准", "南"]
    assert await citizen.reads(region="west") == ["全国：以当地规定为准"]


async def test_an_internal_article_is_found_by_agents_and_never_by_the_bot(
    uow_factory, citizen
) -> None:
    await publish(uow_factory, content(answer_md="内部口径", audience="internal"))
    assert await citizen.reads() == []
    assert await citizen.reads(internal=True) == ["内部口径"]


async def test_the_bot_itself_says_nothing_of_an_internal_article(
    uow_factory, citizen, search, clock
) -> None:
    await publish(uow_factory, content(answer_md="内部口径", audience="internal"))
    await publish(uow_factory, content("失业金可以领几个月", answer_md="看年限。"), key="jobless")
    await citizen.reads()
    bot = KnowledgeOnly(Questions(search, clock))
    for text in ("租房可以提取公积金吗", "内部口径", "失业金可以领几个月"):
        reply = await bot.respond(BotTurn("c.1", text, "web", "web", "north"))
        said = str([content.model_dump() for content in reply.contents])
        assert "内部口径" not in said
        assert "租房可以提取公积金吗" not in said
    assert "看年限。" in said, "what is public is answered"


async def test_an_article_that_becomes_internal_leaves_the_bot_at_once(
    uow_factory, citizen
) -> None:
    first = await publish(uow_factory, content(answer_md="公开"))
    inner = content(answer_md="内部", audience="internal")
    await republish(uow_factory, first.article.id, inner, based_on=1)
    assert await citizen.reads() == []
    assert await citizen.reads(internal=True) == ["内部"]


async def test_the_text_for_wechat_goes_along_with_the_answer_and_its_region(
    uow_factory, citizen, search
) -> None:
    variants = {"wechat": "每月最多：{{fund.rent_limit}}"}
    await publish(uow_factory, content(answer_md="**可以**", variants=variants))
    await citizen.reads()
    query = KnowledgeQuery("租房可以提取公积金吗", "north", date(2026, 11, 23))
    (answer,) = contents_of(search.search(query))
    assert isinstance(answer, AnswerContent)
    assert answer.variants == {"wechat": "每月最多：每月1500元"}

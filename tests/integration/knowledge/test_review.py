"""From draft to published by a second person, and what the two tell each other on the way."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import IllegalTransition
from knowledge.articles import service
from knowledge.articles.errors import AnswerUnwritten
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import TO_WRITE
from knowledge.articles.service import (
    ArticleChanged,
    CitationRequired,
    NextUnknown,
    SecondPersonRequired,
    VersionExpired,
)
from tests.integration.knowledge.kb import LI, WANG, content, draft, entries, publish, statuses


async def remarks(units, version_id: str) -> list[tuple[str, str, str]]:
    async with units.read() as session:
        version = await ArticleRepository(session).get_version(version_id)
    return [(remark["kind"], remark["by"], remark["text"]) for remark in version.remarks]


async def test_what_author_and_reviewer_say_stays_with_the_version(uow_factory) -> None:
    written = await draft(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG, note="按新条例改的")
    async with uow_factory.write() as uow:
        await service.send_back(uow, written.version.id, actor=LI, comment="请写明条款")
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
    assert await remarks(uow_factory, written.version.id) == [
        ("note", WANG, "按新条例改的"),
        ("sent_back", LI, "请写明条款"),
    ]


async def test_whoever_changed_a_word_of_it_is_no_second_person(uow_factory) -> None:
    written = await draft(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.edit(uow, written.version.id, content(answer_md="二"), edit=1, actor=LI)
        await service.submit(uow, written.version.id, actor=WANG)
    for author in (WANG, LI):
        with pytest.raises(SecondPersonRequired):
            async with uow_factory.write() as uow:
                await service.publish(uow, written.version.id, actor=author)
    async with uow_factory.write() as uow:
        await service.publish(uow, written.version.id, actor="account-zhao")
    assert await statuses(uow_factory, written.article.id) == ["published"]


async def test_an_answer_to_citizens_needs_a_source(uow_factory) -> None:
    written = await draft(uow_factory, content(citations=[]))
    with pytest.raises(CitationRequired) as caught:
        async with uow_factory.write() as uow:
            await service.submit(uow, written.version.id, actor=WANG)
    assert caught.value.details == {"field": "citations"}
    assert await statuses(uow_factory, written.article.id) == ["draft"]


async def test_what_only_agents_read_needs_none(uow_factory) -> None:
    await publish(uow_factory, content(citations=[], audience="internal"))
    (entry,) = await entries(uow_factory)
    assert entry.internal


async def test_what_comes_next_must_exist(uow_factory) -> None:
    await publish(uow_factory, content(), key="there")
    written = await draft(uow_factory, content(next=["there", "nowhere"]), key="here")
    with pytest.raises(NextUnknown) as caught:
        async with uow_factory.write() as uow:
            await service.submit(uow, written.version.id, actor=WANG)
    assert caught.value.details == {"field": "next", "keys": ["nowhere"]}


async def test_two_reviewers_at_the_same_moment_decide_once(uow_factory) -> None:
    written = await draft(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)

    async def decide(how) -> None:
        async with uow_factory.write() as uow:
            await how(uow, written.version.id, actor=LI)

    results = await asyncio.gather(
        decide(service.publish), decide(service.send_back), return_exceptions=True
    )
    assert sorted(type(r).__name__ for r in results) == ["IllegalTransition", "NoneType"]


async def test_a_version_older_than_what_is_published_is_not_published_over_it(
    uow_factory,
) -> None:
    """As after an import that published a newer version while this one waited for review."""
    written = await draft(uow_factory, content(answer_md="旧"))
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
        article = await ArticleRepository(uow.session).get(written.article.id)
        newer = await service.draft_version(
            uow, article, content(answer_md="新"), number=2, actor="import"
        )
        await service.publish_reviewed(uow, service.Written(article, newer), actor="import")
    with pytest.raises(ArticleChanged):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=LI)
    async with uow_factory.write() as uow:
        await service.send_back(uow, written.version.id, actor=LI)
        text = content("旧的问法", tags=["旧"])
        await service.edit(uow, written.version.id, text, edit=1, actor=WANG)
    assert [entry.answer_md for entry in await entries(uow_factory)] == ["新"]
    async with uow_factory.read() as session:
        article = await ArticleRepository(session).get(written.article.id)
    assert (article.number, article.question) == (2, "租房可以提取公积金吗")


async def test_what_was_taken_back_is_not_published(uow_factory) -> None:
    written = await draft(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
        await service.withdraw(uow, written.version.id, actor=WANG)
    with pytest.raises(IllegalTransition):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=LI)


async def test_a_reviewer_publishes_what_they_have_read_and_nothing_else(uow_factory) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
    async with uow_factory.write() as uow:
        await service.withdraw(uow, written.version.id, actor=WANG)
        await service.edit(uow, written.version.id, content(answer_md="二"), edit=1, actor=WANG)
        await service.submit(uow, written.version.id, actor=WANG)
    with pytest.raises(ArticleChanged):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=LI, edit=1)
    assert await entries(uow_factory) == []
    async with uow_factory.write() as uow:
        await service.publish(uow, written.version.id, actor=LI, edit=2)
    assert [entry.answer_md for entry in await entries(uow_factory)] == ["二"]


async def test_a_draft_somebody_has_just_changed_is_not_thrown_away_unseen(uow_factory) -> None:
    written = await draft(uow_factory, content(answer_md="一"))
    async with uow_factory.write() as uow:
        await service.edit(uow, written.version.id, content(answer_md="二"), edit=1, actor=LI)
    with pytest.raises(ArticleChanged):
        async with uow_factory.write() as uow:
            await service.delete(uow, written.version.id, actor=WANG, edit=1)
    assert await statuses(uow_factory, written.article.id) == ["draft"]


async def test_a_text_that_has_ended_does_not_replace_the_one_in_force(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="新"))
    over = content(answer_md="旧", effective_to="2026-11-22")
    async with uow_factory.write() as uow:
        written = await service.revise(uow, first.article.id, over, based_on=1, actor=WANG)
        await service.submit(uow, written.version.id, actor=WANG)
    with pytest.raises(VersionExpired):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=LI)
    assert [e.answer_md for e in await entries(uow_factory)] == ["新"]


@pytest.mark.parametrize("audience", ["public", "internal"])
async def test_a_draft_whose_answer_is_still_to_be_written_is_not_submitted(
    uow_factory, audience: str
) -> None:
    written = await draft(uow_factory, content(answer_md=TO_WRITE, audience=audience))
    with pytest.raises(AnswerUnwritten) as caught:
        async with uow_factory.write() as uow:
            await service.submit(uow, written.version.id, actor=WANG)
    assert caught.value.details["field"] == "answer_md"


async def test_nobody_submits_a_text_somebody_else_has_changed_meanwhile(uow_factory) -> None:
    written = await draft(uow_factory, content())
    async with uow_factory.write() as uow:
        text = content(answer_md="李改的")
        await service.edit(uow, written.version.id, text, edit=1, actor=LI)
    with pytest.raises(ArticleChanged):
        async with uow_factory.write() as uow:
            await service.submit(uow, written.version.id, actor=WANG, edit=1)
    async with uow_factory.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG, edit=2)
    assert await statuses(uow_factory, written.article.id) == ["in_review"]

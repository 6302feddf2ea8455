"""The life of an article in the database: review by a second person, versions, validity, rollback."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.errors import IllegalTransition, NotFound
from core.ids import new_id
from knowledge.articles import service
from knowledge.articles.models import ArticleVersion
from knowledge.articles.service import ArticleChanged, KeyTaken, SecondPersonRequired
from tests.integration.knowledge.kb import (
    LI,
    WANG,
    answers_on,
    content,
    entries,
    publish,
    republish,
    revision,
    statuses,
)  # fmt: skip

TODAY = date(2026, 11, 23)


async def test_a_draft_is_not_published(uow_factory) -> None:
    async with uow_factory.write() as uow:
        await service.create(uow, content(), key="rent", source="console", actor=WANG)
    assert await entries(uow_factory) == []
    assert await revision(uow_factory) == 0


async def test_a_second_person_publishes_and_every_server_is_told(uow_factory) -> None:
    written = await publish(uow_factory, content())
    (entry,) = await entries(uow_factory)
    assert entry.article_id == written.article.id
    assert await revision(uow_factory) == 1


async def test_nobody_publishes_what_they_wrote(uow_factory) -> None:
    async with uow_factory.write() as uow:
        written = await service.create(uow, content(), key="rent", source="console", actor=WANG)
        await service.submit(uow, written.version.id, actor=WANG)
    with pytest.raises(SecondPersonRequired):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=WANG)
    assert await statuses(uow_factory, written.article.id) == ["in_review"]


async def test_the_database_itself_refuses_an_author_as_reviewer(uow_factory) -> None:
    written = await publish(uow_factory, content())
    change = update(ArticleVersion).where(ArticleVersion.id == written.version.id)
    async with uow_factory.write() as uow:
        with pytest.raises(IntegrityError):
            await uow.session.execute(change.values(reviewed_by=WANG))
        await uow.session.rollback()


async def test_what_was_not_submitted_cannot_be_published(uow_factory) -> None:
    async with uow_factory.write() as uow:
        written = await service.create(uow, content(), key="rent", source="console", actor=WANG)
    with pytest.raises(IllegalTransition):
        async with uow_factory.write() as uow:
            await service.publish(uow, written.version.id, actor=LI)


async def test_what_was_sent_back_is_a_draft_again(uow_factory) -> None:
    async with uow_factory.write() as uow:
        written = await service.create(uow, content(), key="rent", source="console", actor=WANG)
        await service.submit(uow, written.version.id, actor=WANG)
        await service.send_back(uow, written.version.id, actor=LI)
    assert await statuses(uow_factory, written.article.id) == ["draft"]


async def test_a_correction_replaces_the_published_version(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="旧"))
    await republish(uow_factory, first.article.id, content(answer_md="新"), based_on=1)
    assert [e.answer_md for e in await entries(uow_factory)] == ["新"]
    assert await statuses(uow_factory, first.article.id) == ["retired", "published"]


async def test_the_old_rule_is_found_as_of_its_own_time(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="旧", effective_from="2020-01-01"))
    new = content(answer_md="新", effective_from="2025-01-01")
    await republish(uow_factory, first.article.id, new, based_on=1)
    assert await answers_on(uow_factory, date(2019, 6, 1)) == []
    assert await answers_on(uow_factory, date(2024, 12, 31)) == ["旧"]
    assert await answers_on(uow_factory, TODAY) == ["新"]


async def test_a_planned_version_waits_for_its_day(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="旧"))
    new = content(answer_md="新", effective_from="2027-01-01")
    await republish(uow_factory, first.article.id, new, based_on=1)
    assert await answers_on(uow_factory, TODAY) == ["旧"]
    assert await answers_on(uow_factory, date(2027, 1, 1)) == ["新"]


async def test_an_expired_article_answers_nothing(uow_factory) -> None:
    await publish(uow_factory, content(effective_to="2026-11-22"))
    assert await answers_on(uow_factory, TODAY) == []
    assert len(await answers_on(uow_factory, date(2026, 11, 22))) == 1


async def test_rolling_back_is_publishing_the_old_text_anew(uow_factory) -> None:
    first = await publish(uow_factory, content(answer_md="旧"))
    await republish(uow_factory, first.article.id, content(answer_md="错"), based_on=1)
    await republish(uow_factory, first.article.id, service.content_of(first.version), based_on=2)
    assert [e.answer_md for e in await entries(uow_factory)] == ["旧"]


async def test_a_retired_article_is_gone_from_every_day(uow_factory) -> None:
    written = await publish(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    assert await entries(uow_factory) == []
    assert await revision(uow_factory) == 2


async def test_retiring_twice_is_refused(uow_factory) -> None:
    written = await publish(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    with pytest.raises(IllegalTransition):
        async with uow_factory.write() as uow:
            await service.retire(uow, written.article.id, actor=LI)


async def test_the_second_of_two_editors_is_told_and_overwrites_nothing(uow_factory) -> None:
    first = await publish(uow_factory, content())
    async with uow_factory.write() as uow:
        await service.revise(uow, first.article.id, content(answer_md="甲"), based_on=1, actor=WANG)
    with pytest.raises(ArticleChanged) as caught:
        async with uow_factory.write() as uow:
            await service.revise(
                uow, first.article.id, content(answer_md="乙"), based_on=1, actor=LI
            )
    assert caught.value.details["latest"] == 2
    assert caught.value.details["by"] == WANG
    assert await statuses(uow_factory, first.article.id) == ["published", "draft"]


async def test_a_key_belongs_to_one_article(uow_factory) -> None:
    await publish(uow_factory, content())
    with pytest.raises(KeyTaken):
        async with uow_factory.write() as uow:
            await service.create(uow, content("别的问题"), key="rent", source="console", actor=WANG)


@pytest.mark.parametrize("act", ["submit", "publish", "send_back"])
async def test_an_unknown_version_is_not_found(uow_factory, act: str) -> None:
    with pytest.raises(NotFound):
        async with uow_factory.write() as uow:
            await getattr(service, act)(uow, new_id(), actor=WANG)

"""Before what is published ends, people are told: 30, 7 and 1 days ahead, once each, whatever was down meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import LOCAL_ZONE
from core.events import SUPERVISOR_ROOM, Event, agent_room
from core.timers.sweeper import TimerSweeper
from knowledge.articles import listing, service
from knowledge.articles.reminders import moments, timer_handlers
from knowledge.articles.repository import ArticleRepository
from tests.integration.knowledge.kb import LI, WANG, content, draft, publish, republish

END = "2027-01-31"


@pytest.fixture
def told(uow_factory) -> list[Event]:
    """What was pushed so far."""
    events: list[Event] = []

    async def publish(committed: list[Event]) -> None:
        events.extend(event for event in committed if event.name == "alert.raised")

    uow_factory.publish = publish
    return events


@pytest.fixture
def sweeper(uow_factory) -> TimerSweeper:
    return TimerSweeper(uow_factory, timer_handlers())


async def day(sweeper: TimerSweeper, clock, text: str) -> None:
    """It is ten in the morning of that day, and the timers are swept."""
    at = datetime.combine(date.fromisoformat(text), datetime.min.time(), LOCAL_ZONE)
    clock.advance(at + timedelta(hours=10) - clock.now())
    await sweeper.sweep_once()


def days_left(told: list[Event]) -> list[int]:
    return [event.payload.details["days"] for event in told]  # type: ignore[attr-defined]


def test_reminders_come_at_nine_in_the_morning() -> None:
    assert [at.astimezone(UTC).isoformat() for at in moments(date(2027, 1, 31))] == [
        "2027-01-01T01:00:00+00:00",
        "2027-01-24T01:00:00+00:00",
        "2027-01-30T01:00:00+00:00",
    ]


def test_the_first_days_of_the_calendar_have_no_days_before_them() -> None:
    assert moments(date(1, 1, 5)) == [datetime(1, 1, 4, 9, tzinfo=LOCAL_ZONE)]
    assert moments(date(1, 1, 1)) == []


async def test_an_article_that_ended_ages_ago_can_be_published(uow_factory) -> None:
    written = await draft(uow_factory, content(effective_to="0001-01-02"))
    async with uow_factory.write() as uow:
        uow.session.add_all([written.article, written.version])
        await service.publish_reviewed(uow, written, actor=WANG)
    async with uow_factory.read() as session:
        version = await ArticleRepository(session).get_version(written.version.id)
    assert version.status == "published"


async def test_people_are_told_three_times_and_each_time_once(
    uow_factory, told, sweeper, clock
) -> None:
    await publish(uow_factory, content(effective_to=END))
    for today in ("2026-12-31", "2027-01-01", "2027-01-02", "2027-01-24", "2027-01-30"):
        await day(sweeper, clock, today)
        await sweeper.sweep_once()
    assert days_left(told) == [30, 7, 1]
    await day(sweeper, clock, "2027-03-01")
    assert len(told) == 3
    alert = told[0]
    assert alert.audience.agent_rooms == {SUPERVISOR_ROOM, agent_room(WANG)}
    assert "还有 30 天失效" in alert.payload.message  # type: ignore[attr-defined]


async def test_what_fell_due_while_no_server_ran_is_told_once_at_the_next_start(
    uow_factory, told, sweeper, clock
) -> None:
    await publish(uow_factory, content(effective_to=END))
    await day(sweeper, clock, "2027-01-26")
    assert days_left(told) == [5]
    await day(sweeper, clock, "2027-01-30")
    assert days_left(told) == [5, 1]


async def test_two_servers_tell_once(uow_factory, told, sweeper, clock) -> None:
    await publish(uow_factory, content(effective_to=END))
    await day(sweeper, clock, "2027-01-01")
    await TimerSweeper(uow_factory, timer_handlers()).sweep_once()
    assert days_left(told) == [30]


async def test_a_successor_without_an_end_calls_the_reminders_off(
    uow_factory, told, sweeper, clock
) -> None:
    first = await publish(uow_factory, content(effective_to=END))
    later = content(answer_md="新", effective_from="2027-02-01")
    await republish(uow_factory, first.article.id, later, based_on=1)
    await day(sweeper, clock, "2027-01-26")
    assert told == []


async def test_a_later_end_moves_the_reminders(uow_factory, told, sweeper, clock) -> None:
    first = await publish(uow_factory, content(effective_to=END))
    await republish(uow_factory, first.article.id, content(effective_to="2027-06-30"), based_on=1)
    await day(sweeper, clock, "2027-01-26")
    assert told == []
    await day(sweeper, clock, "2027-05-31")
    assert days_left(told) == [30]


async def test_retired_articles_and_drafts_remind_nobody(uow_factory, told, sweeper, clock) -> None:
    await draft(uow_factory, content(effective_to=END), key="draft")
    written = await publish(uow_factory, content(effective_to=END))
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    await day(sweeper, clock, "2027-01-26")
    assert told == []


async def test_the_list_of_what_expires_has_the_nearest_end_first(uow_factory, clock) -> None:
    for key, end in (("b", "2026-12-20"), ("a", "2026-11-24"), ("c", "2027-06-01"), ("d", None)):
        await publish(uow_factory, content(effective_to=end), key=key)
    await publish(uow_factory, content(effective_to="2026-11-22"), key="over")
    today = clock.now().astimezone(LOCAL_ZONE).date()

    async def keys(within: int, after: str | None = None, limit: int = 9) -> list[str]:
        async with uow_factory.read() as session:
            rows = await listing.expiring(
                session, today=today, within=within, after=after, limit=limit
            )
        return [article.key for article, _ in rows]

    assert await keys(30) == ["a", "b"]
    assert await keys(365) == ["a", "b", "c"]
    async with uow_factory.read() as session:
        first = (await listing.expiring(session, today=today, within=365, after=None, limit=1))[0]
    assert await keys(365, after=first[0].id) == ["b", "c"]

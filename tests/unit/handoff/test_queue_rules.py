"""Duty hours, estimates, presence, clocks, texts and numbers: the pure parts of the people's side."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.clock import LOCAL_ZONE
from core.conversation.content import printable
from handoff.agents.presence import effective
from handoff.queue.duty import DutyHours, describe
from handoff.queue.estimate import PICK_UP_SECONDS, USUAL_SECONDS, eta_seconds, mean_service
from handoff.queue.settings import DutyHoursData, QueueSettings, parse_period
from handoff.sla.clocks import Target, idle_deadlines
from handoff.texts import fill
from handoff.tickets.numbers import PATTERN, format_number

OFFICE = DutyHours(
    weekly=[[(540, 720), (840, 1050)]] * 5 + [[], []],  # 09:00-12:00, 14:00-17:30
    special={date(2026, 10, 10): [(540, 720)], date(2026, 10, 1): []},
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T17:29", True),
        ("2026-11-22T10:00", False),  # Sunday
        ("2026-10-10T10:00", True),  # a Saturday made a working day
        ("2026-10-10T15:00", False),
        ("2026-10-01T10:00", False),  # a holiday on a Thursday
    ],
)
def test_duty_hours_include_the_start_and_exclude_the_end(at: str, is_open: bool) -> None:
    assert OFFICE.is_open(local(at)) is is_open


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T08:00", "今天09:00"),
        ("2026-11-23T13:00", "今天14:00"),
        ("2026-11-23T18:00", "明天09:00"),
        ("2026-11-27T18:00", "11月30日（周一）09:00"),
    ],
)
def test_the_next_opening_is_told_in_words(at: str, words: str) -> None:
    opening = OFFICE.next_opening(local(at))
    assert opening is not None
    assert describe(local(at), opening) == words


_times = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: local("2026-01-01T00:00") + timedelta(minutes=minutes)
)


@given(at=_times)
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opening = OFFICE.next_opening(at)
    assert opening is not None
    assert OFFICE.is_open(opening)
    assert opening >= at
    probe = at
    while probe < opening:
        assert not OFFICE.is_open(probe)
        probe += timedelta(minutes=30)


@given(at=_times)
def test_the_shipped_hours_are_open_at_every_minute(at: datetime) -> None:
    assert QueueSettings().duty.hours().is_open(at)


def test_people_who_are_never_there_have_no_next_opening() -> None:
    never = DutyHours(weekly=[[]] * 7)
    assert never.next_opening(local("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    "text", ["9:00-12:00", "09:00", "12:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-25:00", ""]
)
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


def test_overlapping_periods_and_weeks_of_six_days_are_refused_when_saved() -> None:
    for weekly in ([["09:00-12:00", "11:00-13:00"]] + [[]] * 6, [[]] * 6):
        with pytest.raises(ValidationError):
            DutyHoursData(weekly=weekly)
    with pytest.raises(ValidationError):
        DutyHoursData.model_validate({"special": {"2026-02-30": []}})


@given(
    start=st.times(time(0, 0), time(22, 0)).map(lambda t: t.hour * 60 + t.minute),
    length=st.integers(1, 60),
)
def test_what_is_stored_reads_back_as_the_same_hours(start: int, length: int) -> None:
    end = start + length
    text = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    assert parse_period(text) == (start, end)


@given(
    position=st.integers(1, 500),
    slots=st.integers(1, 200),
    free=st.integers(0, 200),
    mean=st.floats(1, 3600),
)
def test_nobody_waits_less_than_those_before_them(
    position: int, slots: int, free: int, mean: float
) -> None:
    mine = eta_seconds(position, free=free, slots=slots, mean=mean)
    next_ = eta_seconds(position + 1, free=free, slots=slots, mean=mean)
    more_people = eta_seconds(position, free=free, slots=slots + 1, mean=mean)
    assert mine is not None
    assert next_ is not None
    assert more_people is not None
    assert PICK_UP_SECONDS <= mine <= next_
    assert more_people <= mine


def test_a_free_agent_means_only_the_time_to_pick_up_and_no_agent_means_no_promise() -> None:
    assert eta_seconds(1, free=1, slots=5, mean=300) == PICK_UP_SECONDS
    assert eta_seconds(1, free=0, slots=0, mean=300) is None
    assert eta_seconds(3, free=0, slots=2, mean=300) == PICK_UP_SECONDS + 450


def test_few_conversations_say_nothing_about_the_mean() -> None:
    assert mean_service([1.0, 1.0]) == USUAL_SECONDS
    assert mean_service([100.0] * 5) == 100.0


NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@given(
    chosen=st.sampled_from(["online", "busy", "offline"]),
    leases=st.lists(st.integers(-300, 300), max_size=5),
)
def test_an_agent_is_there_exactly_while_one_desk_is_open(chosen: str, leases: list[int]) -> None:
    ends = [NOW + timedelta(seconds=s) for s in leases]
    there = any(s > 0 for s in leases)
    assert effective(chosen, ends, NOW) == (chosen if there else "offline")  # type: ignore[arg-type]


def test_the_closing_clock_counts_from_the_reminder() -> None:
    deadlines = idle_deadlines(
        NOW, remind_after=timedelta(minutes=10), close_after=timedelta(minutes=5)
    )
    assert deadlines.remind_at == NOW + timedelta(minutes=10)
    assert deadlines.close_at == NOW + timedelta(minutes=15)
    assert Target(timedelta(seconds=180)).due_at(NOW) == NOW + timedelta(minutes=3)


def test_a_text_with_stray_braces_is_still_told() -> None:
    assert fill("前面 {ahead} 位 {unknown} {", ahead=3) == "前面 3 位 {unknown} {"


@given(st.text())
def test_printable_text_can_be_stored_and_is_left_alone_the_second_time(text: str) -> None:
    once = printable(text)
    assert "\x00" not in once
    once.encode("utf-8")
    assert printable(once) == once


@given(day=st.dates(date(2026, 1, 1), date(2099, 1, 1)), count=st.integers(1, 200_000))
def test_ticket_numbers_are_recognised_and_differ(day: date, count: int) -> None:
    assert PATTERN.match(format_number(day, count))
    assert format_number(day, count) != format_number(day, count + 1)
    assert format_number(day, count) != format_number(day + timedelta(days=1), count)

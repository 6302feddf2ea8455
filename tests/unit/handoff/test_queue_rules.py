"""Estimates, presence, clocks, texts and numbers: the pure parts of the people's side."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actions.tasks.ticket.form import read_number
from core.conversation.content import printable
from core.masked_numbers import covered
from handoff.agents.presence import effective
from handoff.queue.estimate import PICK_UP_SECONDS, USUAL_SECONDS, eta_seconds, mean_service
from handoff.texts import fill
from handoff.tickets.numbers import LEFT_MESSAGES, PATTERN, format_number


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


def test_a_text_with_stray_braces_is_still_told() -> None:
    assert fill("前面 {ahead} 位 {unknown} {", ahead=3) == "前面 3 位 {unknown} {"


@given(st.text())
def test_printable_text_can_be_stored_and_is_left_alone_the_second_time(text: str) -> None:
    once = printable(text)
    assert "\x00" not in once
    once.encode("utf-8")
    assert printable(once) == once


@given(
    day=st.dates(date(2026, 1, 1), date(2099, 1, 1)),
    count=st.integers(1, 200_000),
    series=st.from_regex(r"[A-Z]{2,4}", fullmatch=True),
)
def test_ticket_numbers_are_recognised_and_differ(day: date, count: int, series: str) -> None:
    number = format_number(day, count, series)
    assert bool(PATTERN.match(number)) == (series != LEFT_MESSAGES)
    assert covered(number) == number
    if series != LEFT_MESSAGES:
        read = read_number(f"查一下{number[: len(series)].lower()} {number[len(series) :]}")
        assert read is not None
        assert read.value == number
    assert format_number(day, count) != format_number(day, count + 1)
    assert format_number(day, count) != format_number(day + timedelta(days=1), count)

"""Clocks of a served conversation: what is due when, however late somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handoff.sla.clocks import Limits, Standing, Step, due_step, next_look
from handoff.sla.settings import ClockSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMITS = ClockSettings().limits()


def owed(stage: int = 0) -> Standing:
    return Standing(answer_due_at=NOW, stage=stage)


def test_an_agent_is_warned_a_minute_before_the_limit_and_told_at_it_and_every_three_minutes() -> (
    None
):
    assert next_look(owed(), LIMITS) == NOW - MINUTE
    assert due_step(owed(), LIMITS, NOW - timedelta(seconds=61)) is None
    assert due_step(owed(), LIMITS, NOW - MINUTE) == (Step.WARN, 1)
    assert next_look(owed(1), LIMITS) == NOW
    assert due_step(owed(1), LIMITS, NOW) == (Step.OVERDUE, 2)
    assert next_look(owed(2), LIMITS) == NOW + 3 * MINUTE
    assert due_step(owed(2), LIMITS, NOW + 3 * MINUTE) == (Step.AGAIN, 3)
    assert next_look(owed(3), LIMITS) == NOW + 6 * MINUTE


def test_who_looks_after_an_outage_is_told_the_latest_only() -> None:
    late = NOW + timedelta(minutes=10)
    assert due_step(owed(), LIMITS, late) == (Step.OVERDUE, 5)
    assert next_look(owed(5), LIMITS) == NOW + timedelta(minutes=12)


def test_a_warning_that_is_not_wanted_and_alerts_said_once() -> None:
    limits = ClockSettings(warn_before_seconds=0, alert_again_minutes=0).limits()
    assert next_look(owed(), limits) == NOW
    assert due_step(owed(), limits, NOW + timedelta(hours=5)) == (Step.OVERDUE, 2)
    assert next_look(owed(2), limits) is None
    assert due_step(owed(2), limits, NOW + timedelta(hours=9)) is None


def test_a_silent_citizen_is_reminded_before_being_closed() -> None:
    assert next_look(Standing(quiet_since=NOW), LIMITS) == NOW + 10 * MINUTE
    assert due_step(Standing(quiet_since=NOW), LIMITS, NOW + timedelta(days=1)) == (Step.REMIND, 1)
    reminded = Standing(quiet_since=NOW, stage=1)
    assert due_step(reminded, LIMITS, NOW + timedelta(seconds=299)) is None
    assert due_step(reminded, LIMITS, NOW + 5 * MINUTE) == (Step.CLOSE, 1)


def test_no_clock_runs_for_whom_nobody_waits() -> None:
    assert next_look(Standing(), LIMITS) is None
    assert due_step(Standing(), LIMITS, NOW + timedelta(days=1)) is None


seconds = st.integers(0, 20_000).map(lambda number: timedelta(seconds=number))


@given(
    first=st.integers(10, 5000), warn=st.integers(0, 4000), again=st.integers(0, 60),
    looks=st.lists(seconds, min_size=1, max_size=20),
)  # fmt: skip
def test_however_looked_at_every_stage_comes_once_and_the_next_look_is_ahead(
    first: int, warn: int, again: int, looks: list[timedelta]
) -> None:
    limits = Limits(
        first=timedelta(seconds=first), following=timedelta(seconds=first),
        warn_before=timedelta(seconds=min(warn, first - 1)), again_after=timedelta(minutes=again),
        remind_after=MINUTE, close_after=MINUTE,
    )  # fmt: skip
    standing, now, told = Standing(answer_due_at=NOW + limits.first), NOW, []
    for passed in looks:
        now += passed
        due = due_step(standing, limits, now)
        if due is None:
            continue
        told.append(due[0])
        assert due[1] > standing.stage
        standing = Standing(standing.answer_due_at, stage=due[1])
        following = next_look(standing, limits)
        assert following is None or following > now
    assert told.count(Step.WARN) <= 1
    assert told.count(Step.OVERDUE) <= 1
    assert Step.WARN not in told[1:]
    assert told == [] or told[0] != Step.AGAIN


def test_a_warning_after_the_limit_is_refused() -> None:
    with pytest.raises(ValidationError, match="warn_before_seconds"):
        ClockSettings(first_answer_seconds=30, answer_seconds=180, warn_before_seconds=60)


def test_limits_stored_before_there_were_two_hold_for_both() -> None:
    stored = ClockSettings.model_validate({"answer_seconds": 60})
    assert (stored.first_answer_seconds, stored.answer_seconds, stored.warn_before_seconds) == (
        60, 60, 0,
    )  # fmt: skip

"""What each step means for a ticket's clocks; the same whether taken one by one or replayed from the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.tickets.deadlines.walk import Clock, Taken, Target, current, replayed, stepped
from handoff.tickets.status import TABLE, TicketStatus, TicketStep

START = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)


def walk(*names: str) -> dict[Target, Clock]:
    """The clocks after these steps, an hour apart."""
    return current(replayed(taken(["file", *names])))


def taken(names: list[str]) -> list[Taken]:
    found, status = [], None
    for hour, name in enumerate(names):
        after = TicketStatus.NEW if status is None else TABLE[status, TicketStep(name)]
        found.append(Taken(name, status, after, START + timedelta(hours=hour)))
        status = after
    return found


@st.composite
def lives(draw: st.DrawFn) -> list[Taken]:
    """Any way through the table of steps."""
    found, status = ["file"], TicketStatus.NEW
    for _ in range(draw(st.integers(0, 15))):
        possible = sorted(step for here, step in TABLE if here is status)
        if not possible:
            break
        step = draw(st.sampled_from(possible))
        found.append(step.value)
        status = TABLE[status, step]
    return taken(found)


@given(lives(), st.integers(0, 15))
def test_a_history_replayed_is_the_clocks_moved_step_by_step(life: list[Taken], cut: int) -> None:
    clocks = replayed(life[:cut])
    for step in life[cut:]:
        clocks = stepped(clocks, step)
    assert clocks == replayed(life)


@given(lives())
def test_nothing_runs_when_nothing_is_owed_and_pauses_are_apart(life: list[Taken]) -> None:
    clocks, status = replayed(life), life[-1].after
    owed = status in (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING)
    last = current(clocks)
    assert last[Target.RESOLVE].runs is owed
    assert last[Target.ACCEPT].runs is (status == TicketStatus.NEW)
    for clock in clocks:
        assert (
            sum(1 for other in clocks if (other.target, other.round) == (clock.target, clock.round))
            == 1
        )
        times = [at for pause in clock.pauses for at in pause if at is not None]
        assert times == sorted(times)
        assert all(end is not None for _, end in clock.pauses[:-1])
        assert (clock.paused_since is not None) is (clock.runs and status == TicketStatus.PENDING)


def test_filing_starts_all_three_and_accepting_meets_the_first() -> None:
    clocks = walk("accept")
    assert clocks[Target.ACCEPT].met_at == START + timedelta(hours=1)
    assert clocks[Target.ANSWER].runs
    assert clocks[Target.RESOLVE].runs


def test_a_question_to_the_citizen_answers_and_stops_the_rest_until_it_is_settled() -> None:
    clocks = walk("accept", "ask")
    assert clocks[Target.ANSWER].met_at == START + timedelta(hours=2)
    assert clocks[Target.RESOLVE].paused_since == START + timedelta(hours=2)
    resumed = walk("accept", "ask", "resume")[Target.RESOLVE]
    assert resumed.pauses == ((START + timedelta(hours=2), START + timedelta(hours=3)),)


def test_settling_what_waits_ends_the_pause_and_meets_everything() -> None:
    clocks = walk("accept", "ask", "resolve")
    assert {clock.met_at for clock in clocks.values()} == {
        START + timedelta(hours=1), START + timedelta(hours=2), START + timedelta(hours=3),
    }  # fmt: skip
    assert clocks[Target.RESOLVE].paused_since is None


def test_what_is_given_back_is_to_be_accepted_anew() -> None:
    accept = walk("accept", "return")[Target.ACCEPT]
    assert (accept.round, accept.started_at, accept.runs) == (2, START + timedelta(hours=2), True)


def test_what_is_reopened_is_to_be_settled_anew_and_the_first_round_stays() -> None:
    clocks = replayed(taken(["file", "accept", "resolve", "reopen"]))
    rounds = [clock for clock in clocks if clock.target is Target.RESOLVE]
    assert [clock.met_at for clock in rounds] == [START + timedelta(hours=2), None]
    assert current(clocks)[Target.ANSWER].met_at == START + timedelta(hours=2)


def test_withdrawing_and_merging_cancel_what_runs() -> None:
    for ending in ("withdraw", "merge"):
        clocks = walk("accept", ending)
        assert clocks[Target.ACCEPT].met_at is not None
        assert clocks[Target.RESOLVE].cancelled
        assert clocks[Target.ANSWER].cancelled

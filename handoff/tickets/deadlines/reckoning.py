"""Counts a ticket's clocks by its policy: what is due when, in which state, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from core.clock import LOCAL_ZONE
from handoff.sla.explaining import explained, explained_given
from handoff.sla.spans import Pause, Run
from handoff.sla.timetable import Timetable
from handoff.tickets.deadlines.settings import DeadlinePolicy
from handoff.tickets.deadlines.walk import Clock, Target

State = Literal["active", "paused", "met", "breached", "cancelled"]
_BEGINNINGS = {Target.ACCEPT: "退回重新分派", Target.ANSWER: "登记", Target.RESOLVE: "重新办理"}


@dataclass(frozen=True)
class Given:
    """A date from outside by which the ticket is to be settled, and what its field is called."""

    day: date
    field: str


@dataclass(frozen=True)
class Reckoned:
    """A clock by its policy. `due_at` in UTC; None: it stands still, or nobody can say."""

    clock: Clock
    due_at: datetime | None
    state: State
    explanation: list[str]
    given: date | None = None


def reckon(
    clock: Clock, policy: DeadlinePolicy, timetable: Timetable, given: Given | None, now: datetime
) -> Reckoned | None:
    """None: nothing is promised for this target."""
    if clock.target is Target.RESOLVE and given is not None:
        due = timetable.closing(given.day, LOCAL_ZONE)
        words = explained_given(given.field, given.day, due)
        return _reckoned(clock, due, words, now, given.day)
    span = policy.span(clock.target)
    if span is None:
        return None
    pauses = _local(clock.pauses) if policy.pause_while_pending else ()
    start = clock.started_at.astimezone(LOCAL_ZONE)
    run: Run = timetable.run(start, span.amount, span.unit, pauses)
    began = "登记" if clock.round == 1 else _BEGINNINGS[clock.target]
    words = explained(timetable, run, span.amount, span.unit, began=began)
    return _reckoned(clock, run.due, words, now, None)


def _reckoned(
    clock: Clock, due: datetime | None, words: list[str], now: datetime, given: date | None
) -> Reckoned:
    due_at = None if due is None else due.astimezone(UTC)
    return Reckoned(clock, due_at, state_of(clock, due_at, now), words, given)


def state_of(clock: Clock, due_at: datetime | None, now: datetime) -> State:
    if clock.cancelled:
        return "cancelled"
    if clock.met_at is not None:
        return "met" if due_at is None or clock.met_at <= due_at else "breached"
    if due_at is None:
        return "paused" if clock.paused_since is not None else "active"
    return "breached" if due_at <= now else "active"


def _local(pauses: Sequence[Pause]) -> list[Pause]:
    return [
        (begin.astimezone(LOCAL_ZONE), None if end is None else end.astimezone(LOCAL_ZONE))
        for begin, end in pauses
    ]

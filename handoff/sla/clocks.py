"""When clocks run out, in elapsed time. Pure. The workdays of tickets join in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What is to be done when the clock of a served conversation is looked at."""

    WARN = "warn"  # the answer will soon be overdue
    OVERDUE = "overdue"  # the answer is overdue
    AGAIN = "again"  # it still is
    REMIND = "remind"  # the citizen is silent: ask
    CLOSE = "close"  # the citizen was asked and stayed silent


@dataclass(frozen=True)
class Limits:
    """How long each side may take. `warn_before` 0: no warning; `again_after` 0: said once only."""

    first: timedelta
    following: timedelta
    warn_before: timedelta
    again_after: timedelta
    remind_after: timedelta
    close_after: timedelta


@dataclass(frozen=True)
class Standing:
    """Whose turn it is, and how far its clock has come.

    Either the agent owes an answer by `answer_due_at`, or it is the citizen's turn since `quiet_since` (which the
    reminder sets anew: nobody is closed without being asked), or no clock runs. `stage`: while an answer is owed
    0 nothing, 1 warned, 2 told that it is overdue, 3 told again ...; while the citizen is silent 1 is reminded.
    """

    answer_due_at: datetime | None = None
    quiet_since: datetime | None = None
    stage: int = 0


def next_look(at: Standing, limits: Limits) -> datetime | None:
    """When the next step is due; None when none will be."""
    if at.answer_due_at is not None:
        if at.stage == 0 and limits.warn_before:
            return at.answer_due_at - limits.warn_before
        if at.stage <= 1:
            return at.answer_due_at
        if limits.again_after:
            return at.answer_due_at + (at.stage - 1) * limits.again_after
        return None
    if at.quiet_since is not None:
        return at.quiet_since + (limits.remind_after if at.stage == 0 else limits.close_after)
    return None


def due_step(at: Standing, limits: Limits, now: datetime) -> tuple[Step, int] | None:
    """The step whose time has come, with the stage it leads to; None when it is too early.

    Whoever looks late (the server was away) is told the latest step only, and once.
    """
    look = next_look(at, limits)
    if look is None or now < look:
        return None
    if at.answer_due_at is None:
        return (Step.REMIND, 1) if at.stage == 0 else (Step.CLOSE, at.stage)
    if now < at.answer_due_at:
        return Step.WARN, 1
    missed = (now - at.answer_due_at) // limits.again_after if limits.again_after else 0
    return (Step.OVERDUE if at.stage < 2 else Step.AGAIN), 2 + missed

"""When clocks run out, in elapsed time. Pure. The workdays of tickets join in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Target:
    """How long a clock may run."""

    within: timedelta

    def due_at(self, started_at: datetime) -> datetime:
        return started_at + self.within


@dataclass(frozen=True)
class IdleDeadlines:
    """A silent citizen: reminded, then the conversation is closed."""

    remind_at: datetime
    close_at: datetime


def idle_deadlines(
    last_answer_at: datetime, *, remind_after: timedelta, close_after: timedelta
) -> IdleDeadlines:
    """`close_after` counts from the reminder: nobody is closed without being asked."""
    remind_at = last_answer_at + remind_after
    return IdleDeadlines(remind_at=remind_at, close_at=remind_at + close_after)

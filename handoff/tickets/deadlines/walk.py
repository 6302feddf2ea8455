"""When the clocks of a ticket start, stand still and stop: what each step means for them. Pure.

The same function moves them with every step and replays a whole history, when a policy is new and a ticket old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from handoff.sla.spans import Pause
from handoff.tickets.status import UNDER_WAY, TicketStatus, TicketStep


class Target(StrEnum):
    """What is promised: somebody takes it, the citizen hears something, it is settled."""

    ACCEPT = "accept"
    ANSWER = "answer"
    RESOLVE = "resolve"


@dataclass(frozen=True)
class Clock:
    """One target's clock. `round` rises when it starts anew (given back, reopened); the old one is kept as it was.

    `met_at`: when what was promised happened; `cancelled`: it is owed no more.
    """

    target: Target
    round: int
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    met_at: datetime | None = None
    cancelled: bool = False

    @property
    def runs(self) -> bool:
        return self.met_at is None and not self.cancelled

    @property
    def paused_since(self) -> datetime | None:
        return self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None


@dataclass(frozen=True)
class Taken:
    """A step as the history tells it. `before` None: it was filed."""

    step: str
    before: str | None
    after: str
    at: datetime


# What the citizen reads or hears. A question is an answer too: he knows that somebody is at it.
_ANSWERS = frozenset({TicketStep.REPLY, TicketStep.ASK, TicketStep.RESOLVE})
_OWED = frozenset(status.value for status in UNDER_WAY)


def stepped(clocks: Sequence[Clock], taken: Taken) -> list[Clock]:
    """The clocks after a step; those of earlier rounds stay in the list as they are."""
    before, after, at = taken.before, taken.after, taken.at
    moved = list(clocks)
    if before is None:
        return [Clock(target, 1, at) for target in Target] if after in _OWED else moved
    if taken.step in _ANSWERS:
        moved = [_met(clock, at) if clock.target is Target.ANSWER else clock for clock in moved]
    if after == TicketStatus.RESOLVED and before in _OWED:
        moved = [_met(clock, at) for clock in moved]
    if before == TicketStatus.NEW and after in (TicketStatus.OPEN, TicketStatus.PENDING):
        moved = [_met(clock, at) if clock.target is Target.ACCEPT else clock for clock in moved]
    if after in (TicketStatus.WITHDRAWN, TicketStatus.CLOSED) and before in _OWED:
        moved = [
            replace(_going_on(clock, at), cancelled=True) if clock.runs else clock
            for clock in moved
        ]
    if after == TicketStatus.NEW and before != TicketStatus.NEW:
        moved = _again(moved, Target.ACCEPT, at)
    if before not in _OWED and after in _OWED:
        moved = _again(moved, Target.RESOLVE, at)
    if after == TicketStatus.PENDING and before != TicketStatus.PENDING:
        moved = [replace(c, pauses=(*c.pauses, (at, None))) if c.runs else c for c in moved]
    if before == TicketStatus.PENDING and after != TicketStatus.PENDING:
        moved = [_going_on(clock, at) if clock.runs else clock for clock in moved]
    return moved


def replayed(steps: Iterable[Taken]) -> list[Clock]:
    """The clocks as a whole history leaves them."""
    clocks: list[Clock] = []
    for taken in steps:
        clocks = stepped(clocks, taken)
    return clocks


def current(clocks: Iterable[Clock]) -> dict[Target, Clock]:
    """The last round of each target."""
    return {clock.target: clock for clock in sorted(clocks, key=lambda each: each.round)}


def _met(clock: Clock, at: datetime) -> Clock:
    return replace(_going_on(clock, at), met_at=at) if clock.runs else clock


def _going_on(clock: Clock, at: datetime) -> Clock:
    """A pause ends with whatever ends the waiting."""
    if clock.paused_since is None:
        return clock
    return replace(clock, pauses=(*clock.pauses[:-1], (clock.paused_since, at)))


def _again(clocks: Sequence[Clock], target: Target, at: datetime) -> list[Clock]:
    """Start it anew, unless it runs."""
    rounds = [clock for clock in clocks if clock.target is target]
    if any(clock.runs for clock in rounds):
        return list(clocks)
    last = max((clock.round for clock in rounds), default=0)
    return [*clocks, Clock(target, last + 1, at)]

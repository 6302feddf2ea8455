"""What is to be told of a deadline and when: ahead of it, when it is missed, again, and to more people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from core.clock import LOCAL_ZONE
from handoff.sla.timetable import Timetable
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.rows import is_owed
from handoff.tickets.deadlines.settings import (
    DeadlineEscalation,
    DeadlinePolicy,
    DeadlineSettings,
    DeadlineSpan,
)
from handoff.tickets.deadlines.timetables import Timetables

Kind = Literal["soon", "due", "again", "escalate"]


@dataclass(frozen=True)
class Moment:
    """Something to be told at a time (UTC). `escalation`: to whom beside those whose turn it is."""

    at: datetime
    kind: Kind
    escalation: DeadlineEscalation | None = None


def moments(policy: DeadlinePolicy, timetable: Timetable, due_at: datetime) -> list[Moment]:
    """All of them, in their order. What lies beyond the timetable is never told."""
    due = due_at.astimezone(LOCAL_ZONE)
    found = [Moment(due_at, "due")]

    def add(
        kind: Kind, span: DeadlineSpan, times: int, escalation: DeadlineEscalation | None = None
    ) -> None:
        at = timetable.shifted(due, times * span.amount, span.unit)
        if at is not None:
            found.append(Moment(at.astimezone(UTC), kind, escalation))

    for span in policy.before:
        add("soon", span, -1)
    for escalation in policy.escalations:
        if escalation.after is None:
            found.append(Moment(due_at, "escalate", escalation))
        else:
            add("escalate", escalation.after, 1, escalation)
    if policy.again is not None:
        for times in range(1, policy.again_most + 1):
            add("again", policy.again, times)
    return sorted(found, key=lambda each: each.at)


def standing_still(row: TicketDeadline) -> bool:
    """Its pause has not ended: nobody is reminded, also of one that was missed before."""
    return row.state == "paused" or bool(row.pauses and row.pauses[-1][1] is None)


class Agenda:
    """What is to be told of deadlines, by the policies of one moment. Many are due at one time: counted once."""

    def __init__(self, settings: DeadlineSettings, timetables: Timetables) -> None:
        self._settings, self._timetables = settings, timetables
        self._known: dict[tuple[str, datetime], Sequence[Moment]] = {}

    def to_tell(
        self, row: TicketDeadline, now: datetime
    ) -> tuple[Sequence[Moment], datetime | None]:
        """What has become due to be told of it by `now`, and when the next will be."""
        policy = self._settings.policy(row.policy)
        if policy is None or not is_owed(row) or row.due_at is None:
            return [], None
        if policy.pause_while_pending and standing_still(row):
            return [], None
        since = row.told_until or row.started_at
        left = [each for each in self._moments(policy, row.due_at) if each.at > since]
        ready = [each for each in left if each.at <= now]
        return ready, left[len(ready)].at if len(ready) < len(left) else None

    def next_look(self, deadlines: Sequence[TicketDeadline]) -> datetime | None:
        """When the next thing is to be told of any of them; None: never."""
        looks = [self.to_tell(row, row.told_until or row.started_at)[1] for row in deadlines]
        return min((at for at in looks if at is not None), default=None)

    def _moments(self, policy: DeadlinePolicy, due_at: datetime) -> Sequence[Moment]:
        key = (policy.id, due_at)
        if key not in self._known:
            self._known[key] = moments(policy, self._timetables.of(policy.schedule), due_at)
        return self._known[key]

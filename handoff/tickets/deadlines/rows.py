"""Clocks as rows of ticket_deadlines and back, and what the ticket itself shows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.reckoning import Reckoned
from handoff.tickets.deadlines.walk import Clock, Target

# What is owed still, in time or not.
OWED = ("active", "paused", "breached")


async def of_tickets(
    session: AsyncSession, ticket_ids: Sequence[str]
) -> dict[str, list[TicketDeadline]]:
    """All rounds of all targets, by ticket; a ticket without any is not in it."""
    query = select(TicketDeadline).where(TicketDeadline.ticket_id.in_(ticket_ids))
    found: dict[str, list[TicketDeadline]] = defaultdict(list)
    for row in await session.scalars(query.order_by(TicketDeadline.round)):
        found[row.ticket_id].append(row)
    return found


def clock_of(row: TicketDeadline) -> Clock:
    pauses = tuple(
        (datetime.fromisoformat(str(begin)), None if end is None else datetime.fromisoformat(end))
        for begin, end in row.pauses
    )
    return Clock(
        Target(row.target), row.round, row.started_at, pauses, row.met_at, row.state == "cancelled"
    )


def write(
    uow: UnitOfWork, ticket_id: str, row: TicketDeadline | None, what: Reckoned, policy_id: str
) -> TicketDeadline:
    """The row as it was counted; a new one when there was none."""
    clock = what.clock
    if row is None:
        row = TicketDeadline(
            id=new_id(), ticket_id=ticket_id, target=clock.target.value, round=clock.round,
            told_until=None,
        )  # fmt: skip
        uow.session.add(row)
    row.started_at, row.met_at, row.due_at = clock.started_at, clock.met_at, what.due_at
    row.pauses = [
        [begin.isoformat(), None if end is None else end.isoformat()] for begin, end in clock.pauses
    ]
    row.state, row.policy, row.given = what.state, policy_id, what.given
    row.explanation = what.explanation
    return row


def is_owed(row: TicketDeadline) -> bool:
    return row.met_at is None and row.state in OWED


def next_due(rows: Iterable[TicketDeadline]) -> datetime | None:
    """The earliest of what is still owed, missed ones first: what lists are ordered by."""
    return min(
        (row.due_at for row in rows if is_owed(row) and row.due_at is not None), default=None
    )

"""Looks at the tickets of which something is to be told, many in one transaction: reminders, lateness, escalation.

What has been told stands in the row (`told_until`), which changes in the transaction that takes the timer and writes
the notices: a server that dies in between has told nothing, and the next one tells it, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.timers.repository import set_timers
from core.timers.sweeper import BatchHandler
from core.unit_of_work import UnitOfWork
from handoff.tickets.access import hand_to_each
from handoff.tickets.deadlines import rows
from handoff.tickets.deadlines.agenda import Moment
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.recipients import Staff, staff
from handoff.tickets.deadlines.service import DEADLINE_TIMER, Rules, rules
from handoff.tickets.history import Step, record_all
from handoff.tickets.models import Ticket
from handoff.tickets.notices.service import Kind, Telling, tell_all
from handoff.tickets.status import TicketStatus, TicketStep


@dataclass
class _Found:
    """What a batch comes to."""

    tellings: list[Telling] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    hands: list[tuple[str, str]] = field(default_factory=list)
    looks: dict[str, datetime] = field(default_factory=dict)


async def lock(uow: UnitOfWork, ticket_ids: Sequence[str]) -> Collection[str]:
    """The tickets nobody is working on at this moment; the others' steps set their timers anew."""
    these = Ticket.id.in_(ticket_ids)
    query = select(Ticket.id).where(these).order_by(Ticket.id).with_for_update(skip_locked=True)
    held = set(await uow.session.scalars(query))
    if len(held) == len(ticket_ids):
        return held
    # A timer of a ticket that is gone is taken too, and nothing comes of it.
    return held | (set(ticket_ids) - set(await uow.session.scalars(select(Ticket.id).where(these))))


async def fire(uow: UnitOfWork, due: Mapping[str, dict[str, Any]]) -> None:
    """Batch handler: tell what is to be told of these tickets by now."""
    tickets = list(await uow.session.scalars(select(Ticket).where(Ticket.id.in_(list(due)))))
    deadlines = await rows.of_tickets(uow.session, [ticket.id for ticket in tickets])
    by, people = await rules(uow.session, uow), await staff(uow.session)
    found = _Found()
    for ticket in tickets:
        for row in deadlines.get(ticket.id, []):
            _look(uow, ticket, row, by, people, found)
    await tell_all(uow, found.tellings)
    await hand_to_each(uow, found.hands)
    if found.steps:
        await record_all(uow, found.steps)
    await set_timers(uow, DEADLINE_TIMER, found.looks)


def _look(
    uow: UnitOfWork, ticket: Ticket, row: TicketDeadline, by: Rules, people: Staff, found: _Found
) -> None:
    now = uow.clock.now()
    ready, later = by.agenda.to_tell(row, now)
    if later is not None:
        found.looks[ticket.id] = min(later, found.looks.get(ticket.id, later))
    if not ready or row.due_at is None:
        return
    row.told_until = now
    concerned = people.whose_turn(ticket)
    # Whoever looks late (the server was away) tells the latest of its kind, once.
    last = ready[-1].at.isoformat()
    if now < row.due_at:
        found.tellings += _tellings(ticket, row, "due_soon", concerned, last)
        return
    if row.state == "active":
        row.state = "breached"
    overdue = concerned if any(each.kind in ("due", "again") for each in ready) else set()
    found.tellings += _tellings(ticket, row, "overdue", overdue, last)
    others = _escalated(ready, ticket, people) - overdue
    found.tellings += _tellings(ticket, row, "escalated", others, last)
    found.hands += [(each, ticket.id) for each in sorted(others)]
    if others or any(each.kind == "due" for each in ready):
        told = sorted(others | overdue)
        data = {"target": row.target, "due_at": row.due_at.isoformat(), "told": told}
        status = TicketStatus(ticket.status)
        found.steps.append(Step(ticket, TicketStep.ESCALATE, status, "system", "系统", data=data))


def _escalated(ready: Sequence[Moment], ticket: Ticket, people: Staff) -> set[str]:
    """Those more people who are to hear of it by now."""
    found: set[str] = set()
    for each in ready:
        if each.escalation is not None:
            found |= people.named(each.escalation.to, ticket)
    return found


def _tellings(
    ticket: Ticket, row: TicketDeadline, kind: Kind, accounts: Collection[str], of: str
) -> list[Telling]:
    """`of`: the moment it is about, which makes it another notice."""
    assert row.due_at is not None
    data = {"target": row.target, "due_at": row.due_at.isoformat()}
    once = f"{kind}:{row.id}:{of}"
    return [Telling(each, kind, once, ticket.id, ticket.number, data) for each in sorted(accounts)]


def batch_handlers() -> dict[str, BatchHandler]:
    return {DEADLINE_TIMER: BatchHandler(fire, lock)}

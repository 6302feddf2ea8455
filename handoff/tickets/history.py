"""Writes a ticket's steps down: who, when, what, why. Called by whatever changes a ticket, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core import audit
from core.events import TICKETS_ROOM, Audience, Event, TicketUpdated
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.tickets.feed import events
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import TicketStatus


async def record(
    uow: UnitOfWork,
    ticket: Ticket,
    step: str,
    before: TicketStatus | None,
    *,
    actor: str,
    actor_name: str,
    reason: str,
    data: dict[str, Any],
) -> None:
    """Number the step and write it down; the reason stays in the history, out of the audit."""
    ticket.version += 1
    row = TicketHistory(
        id=new_id(), ticket_id=ticket.id, version=ticket.version, at=uow.clock.now(),
        actor=actor, actor_name=actor_name, step=step, from_status=before,
        to_status=ticket.status, reason=reason, data=data,
    )  # fmt: skip
    uow.session.add(row)
    await uow.session.flush()
    await events.put(uow, ticket, row)
    audit.record(
        uow, actor=actor, action=f"ticket.{step}", subject=f"ticket:{ticket.id}",
        version=ticket.version, status=ticket.status,
    )  # fmt: skip
    news = TicketUpdated(
        id=ticket.id, number=ticket.number, status=TicketStatus(ticket.status).value,
        version=ticket.version, step=step,
    )  # fmt: skip
    uow.publish(Event("ticket.updated", news, Audience(agent_rooms=frozenset({TICKETS_ROOM}))))


def last_of(steps: Sequence[TicketHistory], step: str) -> TicketHistory | None:
    """The newest of these steps of that kind; `steps` in their order."""
    return next((one for one in reversed(steps) if one.step == step), None)

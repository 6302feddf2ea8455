"""Writes a ticket's steps down: who, when, what, why. Called by whatever changes a ticket, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, insert

from core import audit
from core.events import TICKETS_ROOM, Audience, Event, TicketUpdated
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.tickets import windows
from handoff.tickets.feed import events
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import TicketStatus

_HISTORY = cast(Table, TicketHistory.__table__)


@dataclass(frozen=True)
class Step:
    """A step to be written down. `before` None: it was filed."""

    ticket: Ticket
    step: str
    before: TicketStatus | None
    actor: str
    actor_name: str
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


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
    await record_all(uow, [Step(ticket, step, before, actor, actor_name, reason, data)])


async def record_all(uow: UnitOfWork, steps: Sequence[Step]) -> None:
    """Steps of many tickets with as few statements: for what the product does to thousands at once."""
    rows: list[tuple[Ticket, TicketHistory]] = []
    for each in steps:
        ticket = each.ticket
        ticket.version += 1
        row = TicketHistory(
            id=new_id(), ticket_id=ticket.id, version=ticket.version, at=uow.clock.now(),
            actor=each.actor, actor_name=each.actor_name, step=each.step, from_status=each.before,
            to_status=ticket.status, reason=each.reason, data=each.data,
        )  # fmt: skip
        rows.append((ticket, row))
    # The tickets first, which may be new; then the steps with one short statement.
    await uow.session.flush()
    if rows:
        await uow.session.execute(insert(_HISTORY), [_values(row) for _, row in rows])
    await events.put_all(uow, rows)
    await audit.record_all(
        uow,
        [
            audit.Deed(
                row.actor, f"ticket.{row.step}", f"ticket:{ticket.id}",
                {"version": row.version, "status": ticket.status},
            )
            for ticket, row in rows
        ],
    )  # fmt: skip
    for ticket, row in rows:
        news = TicketUpdated(
            id=ticket.id, number=ticket.number, status=TicketStatus(ticket.status).value,
            version=row.version, step=row.step,
        )  # fmt: skip
        uow.publish(Event("ticket.updated", news, Audience(agent_rooms=frozenset({TICKETS_ROOM}))))
    await windows.tell(uow, rows)


def _values(row: TicketHistory) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in _HISTORY.columns}


def last_of(steps: Sequence[TicketHistory], step: str) -> TicketHistory | None:
    """The newest of these steps of that kind; `steps` in their order."""
    return next((one for one in reversed(steps) if one.step == step), None)

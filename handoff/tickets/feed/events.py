"""Puts a ticket's step into the outbox for every system that wants to hear of it, in the step's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from core.ids import new_id
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork
from handoff.tickets.access import tree
from handoff.tickets.feed.models import TicketEndpoint, TicketEndpointKnown
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import UNDER_WAY, TicketStatus

TOPIC = "ticket.event"


def key_of(endpoint_id: str) -> str:
    """What the events of one endpoint are ordered by."""
    return f"ticket_endpoint:{endpoint_id}"


async def put(uow: UnitOfWork, ticket: Ticket, row: TicketHistory) -> None:
    """One delivery for each endpoint that wants the step; one short query where there are none."""
    await put_all(uow, [(ticket, row)])


async def put_all(uow: UnitOfWork, steps: Sequence[tuple[Ticket, TicketHistory]]) -> None:
    """The same for the steps of many tickets.

    The rows hold ids and states only; words and names are read when they are sent, as far as they may be then.

    Endpoints are locked against change, not against each other: one that is found to fail, or to be back, at this very
    moment either sees this event among those that wait, or is seen here as what it is now.
    """
    query = select(TicketEndpoint).where(TicketEndpoint.active).order_by(TicketEndpoint.id)
    endpoints = list(await uow.session.scalars(query.with_for_update(read=True)))
    if not endpoints:
        return
    for ticket, row in steps:
        concerned = await _concerned(uow, endpoints, ticket)
        for endpoint in endpoints:
            wanted = not endpoint.steps or row.step in endpoint.steps
            if wanted and endpoint.id in concerned:
                event = {"event_id": new_id(), "endpoint_id": endpoint.id, **_state(ticket, row)}
                held = endpoint.failing_since is not None
                enqueue(uow, TOPIC, key_of(endpoint.id), event, held=held)


def _state(ticket: Ticket, row: TicketHistory) -> dict[str, Any]:
    """What the history alone does not say of the ticket after this step."""
    return {
        "history_id": row.id,
        "ticket_id": ticket.id,
        "step": row.step,
        "version": row.version,
        "type": ticket.type,
        "stage": ticket.stage,
        "department_id": ticket.department_id,
        "assignee_id": ticket.assignee_id,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
    }


async def _concerned(uow: UnitOfWork, endpoints: list[TicketEndpoint], ticket: Ticket) -> set[str]:
    """The endpoints this ticket is for, and those it was for until now."""
    everywhere = {each.id for each in endpoints if not each.types and not each.department_ids}
    some = [each for each in endpoints if each.id not in everywhere]
    if not some:
        return everywhere
    here = await _here(uow, some, ticket)
    query = select(TicketEndpointKnown.endpoint_id).where(
        TicketEndpointKnown.ticket_id == ticket.id
    )
    known = set(await uow.session.scalars(query))
    lasting = here if TicketStatus(ticket.status) in UNDER_WAY else set()
    for endpoint_id in sorted(lasting - known):
        uow.session.add(TicketEndpointKnown(endpoint_id=endpoint_id, ticket_id=ticket.id))
    if gone := known - lasting:
        await uow.session.execute(
            delete(TicketEndpointKnown).where(
                TicketEndpointKnown.ticket_id == ticket.id,
                TicketEndpointKnown.endpoint_id.in_(gone),
            )
        )
    return everywhere | here | known


async def _here(uow: UnitOfWork, endpoints: list[TicketEndpoint], ticket: Ticket) -> set[str]:
    """Those whose types and departments the ticket is of now."""
    by_type = [each for each in endpoints if not each.types or ticket.type in each.types]
    if not any(each.department_ids for each in by_type):
        return {each.id for each in by_type}
    above = set((await tree(uow.session)).upwards(ticket.department_id))
    return {
        each.id for each in by_type if not each.department_ids or above & set(each.department_ids)
    }

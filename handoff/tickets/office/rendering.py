"""Makes the body of an event when it is sent: from the history's row, from what the outbox noted, and what is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account, Department
from core.masked_numbers import covered
from core.sms.phones import masked
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.office.event import (
    EventCitizen,
    EventData,
    EventField,
    EventPart,
    EventStep,
    EventTicket,
    Personal,
    TicketEvent,
)
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import of_ticket
from handoff.tickets.types.values import shown_values

# What says nothing of a person.
_PLAIN = frozenset({"choice"})
MOST_DEFINITIONS = 200


class EventGone(Exception):
    """The step or its ticket is no more; there is nothing to tell."""


class Definitions:
    """Types as tickets were filed under them: versions never change, and are read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], TicketDefinition] = {}

    async def of(self, session: AsyncSession, ticket: Ticket) -> TicketDefinition:
        key = (ticket.type, ticket.type_version)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_DEFINITIONS:
                self._known.clear()
            found = self._known[key] = (await of_ticket(session, ticket)).definition
        return found


async def render(
    session: AsyncSession,
    payload: Mapping[str, Any],
    personal: Personal,
    definitions: Definitions,
) -> TicketEvent:
    """The event of a row of the outbox (feed/events.py). Raises EventGone."""
    row = await session.get(TicketHistory, payload["history_id"])
    ticket = await session.get(Ticket, row.ticket_id) if row is not None else None
    if row is None or ticket is None:
        raise EventGone()
    definition = await definitions.of(session, ticket)
    step = EventStep(
        step=row.step, at=row.at, by=row.actor, by_name=row.actor_name,
        from_status=row.from_status, to_status=row.to_status,
        reason=_words(row.reason, personal), data=row.data,
    )  # fmt: skip
    shown = await _ticket(session, ticket, row, payload, definition, personal)
    return TicketEvent(
        id=payload["event_id"],
        type=f"ticket.{row.step}",
        timestamp=row.at,
        data=EventData(ticket=shown, step=step),
    )


def ping(event_id: str, at: datetime) -> TicketEvent:
    """An event that means nothing, to try the way."""
    return TicketEvent(id=event_id, type="ping", timestamp=at, data=None)


async def _ticket(
    session: AsyncSession,
    ticket: Ticket,
    row: TicketHistory,
    payload: Mapping[str, Any],
    definition: TicketDefinition,
    personal: Personal,
) -> EventTicket:
    stage = definition.flow.stage(payload["stage"]) if payload["stage"] else None
    due = payload["due_at"]
    same_type = payload["type"] == ticket.type
    return EventTicket(
        id=ticket.id, number=ticket.number, version=row.version, status=row.to_status,
        stage=EventPart(id=payload["stage"], name=stage.name if stage else payload["stage"])
        if payload["stage"] else None,
        type=EventPart(
            id=payload["type"], name=definition.name if same_type else payload["type"]
        ),
        title=ticket.title if personal == "full" else covered(ticket.title),
        description=_words(ticket.description, personal), priority=ticket.priority,
        business=ticket.business, region=ticket.region, source=ticket.source,
        external_id=ticket.external_id,
        department=await _department(session, payload["department_id"]),
        assignee=await _account(session, payload["assignee_id"]),
        citizen=_citizen(ticket, personal), fields=_fields(ticket, definition, personal),
        resolution=_words(ticket.resolution, personal),
        due_at=datetime.fromisoformat(due) if due else None,
        created_at=ticket.created_at, closed_at=ticket.closed_at,
    )  # fmt: skip


def _words(text: str, personal: Personal) -> str:
    if personal == "none":
        return ""
    return text if personal == "full" else covered(text)


def _citizen(ticket: Ticket, personal: Personal) -> EventCitizen | None:
    name, phone = ticket.citizen_name, ticket.citizen_phone
    if personal == "none" or not (name or phone):
        return None
    if personal == "full":
        return EventCitizen(name=name, phone=phone)
    # 张**: enough to ask for somebody.
    return EventCitizen(name=name[:1] + "*" * len(name[1:]), phone=masked(phone) if phone else "")


def _fields(ticket: Ticket, definition: TicketDefinition, personal: Personal) -> list[EventField]:
    values = ticket.fields or {}
    shown = shown_values(definition, values, to="handlers")
    own = {field.key for field in definition.fields}
    fields = []
    for each in shown:
        if personal == "none" and each.kind not in _PLAIN:
            continue
        whole = personal == "full" and each.key in own
        value = values[each.key] if whole else each.value
        if personal == "masked" and isinstance(value, str) and each.kind != "date":
            value = covered(value)
        fields.append(EventField(key=each.key, name=each.name, kind=each.kind, value=value))
    return fields


async def _department(session: AsyncSession, id: str | None) -> EventPart | None:
    row = await session.get(Department, id) if id is not None else None
    return EventPart(id=row.id, name=row.name) if row is not None else None


async def _account(session: AsyncSession, id: str | None) -> EventPart | None:
    row = await session.get(Account, id) if id is not None else None
    return EventPart(id=row.id, name=row.name) if row is not None else None

"""What other systems are told of a ticket's step: the documented form of `ticket.<step>` (docs/tickets-api.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from handoff.tickets.types.definition import FieldKind

# How much of a citizen an endpoint gets: feed/models.py.
Personal = Literal["none", "masked", "full"]


class EventPart(BaseModel):
    """Something with an id and a name: a department, a person, a stage, a type."""

    id: str
    name: str


class EventField(BaseModel):
    """A field of the ticket's type. `value`: a text; a list of ids of files; the parts of a person or an address."""

    key: str
    name: str
    kind: FieldKind
    value: str | list[str] | dict[str, str]


class EventCitizen(BaseModel):
    name: str
    phone: str


class EventStep(BaseModel):
    """What was done. `by`: the id of an account, or visitor, bot, system."""

    step: str
    at: datetime
    by: str
    by_name: str
    from_status: str | None
    to_status: str
    reason: str
    data: dict[str, Any]


class EventTicket(BaseModel):
    """The ticket. As it was after the step: status, version, stage, type, department, assignee, due_at; else as it is
    now. `citizen`, `description`, `fields`: as far as the endpoint gets them."""

    id: str
    number: str
    version: int
    status: str
    stage: EventPart | None
    type: EventPart
    title: str
    description: str
    priority: str
    business: str | None
    region: str | None
    source: str
    external_id: str | None
    department: EventPart | None
    assignee: EventPart | None
    citizen: EventCitizen | None
    fields: list[EventField]
    resolution: str
    due_at: datetime | None
    created_at: datetime
    closed_at: datetime | None


class EventData(BaseModel):
    ticket: EventTicket
    step: EventStep


class TicketEvent(BaseModel):
    """The body. `id` is the webhook-id: the same in every repeat, so that a repeat is known. `type`: `ticket.` and the
    step, or `ping`, whose `data` is null."""

    id: str
    type: str
    timestamp: datetime
    data: EventData | None

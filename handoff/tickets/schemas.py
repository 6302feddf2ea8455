"""What clients see of tickets, and what they send to file and move them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from core.conversation.content import printable
from core.conversation.schemas import Delivery
from core.ids import Id
from core.masked_numbers import covered
from handoff.tickets.deadlines.schemas import DeadlineRead
from handoff.tickets.files import TicketFileRead
from handoff.tickets.models import TITLE_LENGTH, Ticket, TicketHistory
from handoff.tickets.status import TicketStatus, TicketStep, possible_steps
from handoff.tickets.types.definition import FieldKind, TicketDefinition

Priority = Literal["low", "normal", "high", "urgent"]
Source = Literal["agent", "bot", "citizen", "left_message", "api", "import"]


def _small(fields: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(fields)) > MAX_FIELDS:
        raise ValueError("fields are too large")
    return fields


Clean = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Type = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), Clean]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH), Clean
]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), Clean]
Fields = Annotated[dict[str, Any], AfterValidator(_small)]
# All of a ticket's own fields together, as JSON.
MAX_FIELDS = 20_000


class _Write(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TicketCreate(_Write):
    """File a ticket, from a conversation (its contact becomes the ticket's) or without one."""

    type: Type
    title: Title
    description: Prose = ""
    priority: Priority = "normal"
    fields: Fields = {}
    conversation_id: Id | None = None
    assignee_id: Id | None = None


class TicketStepWrite(_Write):
    """A step. `version` is the version the person has seen; a newer one refuses the step.

    `assignee_id` is for assign. `reason` says why; for resolve it is the answer to the citizen.
    """

    version: int = Field(ge=1)
    reason: Prose = ""
    assignee_id: Id | None = None


class HistoryRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    at: datetime
    actor: str
    actor_name: str
    step: str
    from_status: TicketStatus | None
    to_status: TicketStatus
    reason: str
    data: dict[str, Any]
    # `data` in words, a sentence each; which files came with it; how far a message to the citizen came.
    lines: list[str] = []
    files: list[str] = []
    delivery: Delivery | None = None


class FieldRead(BaseModel):
    """A field's value as the reader may see it (types/values.py). `masked`: a number in it is starred."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str
    kind: FieldKind
    value: str | list[str] | dict[str, str]
    masked: bool


class RelatedTicket(BaseModel):
    """Another ticket as a page names it. `readable`: whether the reader may open it."""

    id: str
    number: str
    title: str
    status: TicketStatus
    readable: bool = True


class NextStage(BaseModel):
    """A stage that may follow; `end` when the ticket may be settled then."""

    key: str
    name: str


class TicketRead(BaseModel):
    """A ticket in lists. `steps` are those its status allows next."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    type: str
    title: str
    priority: Priority
    status: TicketStatus
    version: int
    source: Source
    conversation_id: str | None
    contact_id: str | None
    contact_name: str | None = None
    assignee_id: str | None
    assignee_name: str | None = None
    created_by: str | None
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    steps: list[TicketStep] = []

    @classmethod
    def of(cls, row: Ticket, *, assignee: str | None, contact: str | None) -> TicketRead:
        return cls.model_validate(row).model_copy(
            update={
                "title": covered(row.title),
                "assignee_name": assignee,
                "contact_name": contact,
                "steps": possible_steps(TicketStatus(row.status)),
            }
        )


class TicketDetail(TicketRead):
    description: str
    fields: dict[str, Any]
    resolution: str
    history: list[HistoryRead] = []
    # What a page shows beside; `citizen_phone` in part. `draft`: what is under review.
    stage_name: str = ""
    turn_name: str = ""
    citizen_phone: str = ""
    draft: str = ""
    values: list[FieldRead] = []
    deadlines: list[DeadlineRead] = []
    files: list[TicketFileRead] = []
    links: list[RelatedTicket] = []
    merged: list[RelatedTicket] = []
    merged_into: RelatedTicket | None = None
    # For the forms of `steps`: the stages that may follow this one, and the definition it was filed under.
    next_stages: list[NextStage] = []
    definition: TicketDefinition | None = None

    @classmethod
    def with_history(
        cls, row: Ticket, steps: list[TicketHistory], *, assignee: str | None, contact: str | None
    ) -> TicketDetail:
        read = cls.model_validate(row)
        return read.model_copy(
            update={
                "title": covered(row.title),
                "assignee_name": assignee,
                "contact_name": contact,
                "steps": possible_steps(TicketStatus(row.status)),
                "history": [HistoryRead.model_validate(step) for step in steps],
            }
        )


class TicketPage(BaseModel):
    items: list[TicketRead]
    next: str | None

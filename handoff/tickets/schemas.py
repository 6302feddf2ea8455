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
from core.conversation.rating import GivenRating
from core.conversation.schemas import Delivery
from core.ids import Id
from handoff.tickets.deadlines.schemas import DeadlineRead
from handoff.tickets.files import TicketFileRead
from handoff.tickets.models import TITLE_LENGTH
from handoff.tickets.status import TicketStatus, TicketStep
from handoff.tickets.types.definition import FieldKind, TicketDefinition

Priority = Literal["low", "normal", "high", "urgent"]
Source = Literal["agent", "bot", "citizen", "left_message", "api", "import"]


def _small(fields: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(fields, ensure_ascii=False)) > MAX_FIELDS:
        raise ValueError("fields are too large")
    return fields


Clean = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Type = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), Clean]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH), Clean
]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), Clean]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), Clean]
# As long as the column.
Region = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32), Clean]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32), Clean]
Fields = Annotated[dict[str, Any], AfterValidator(_small)]
ExternalId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128), Clean
]
FileIds = Annotated[list[Id], Field(max_length=20)]
# All of a ticket's own fields together, as JSON.
MAX_FIELDS = 20_000


class _Write(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TicketCreate(_Write):
    """File a ticket, from a conversation (its contact becomes the ticket's) or without one.

    `fields`: by the keys of the type's fields. `priority` None: the type's own. `department_id`, `assignee_id`: for
    who may say so; else the rules decide. `external_id`: what it is called where it comes from; filed
    again under it, it is refused with the number it has. `file_ids`: uploaded before, or shown in the conversation.
    """

    type: Type
    title: Title
    description: Prose = ""
    priority: Priority | None = None
    business: Short | None = None
    region: Region | None = None
    fields: Fields = {}
    citizen_name: Short = ""
    citizen_phone: Phone = ""
    conversation_id: Id | None = None
    external_id: ExternalId | None = None
    department_id: Id | None = None
    assignee_id: Id | None = None
    file_ids: FileIds = []


class TicketStepWrite(_Write):
    """A step. `version` is the version the person has seen; a newer one refuses the step.

    `reason` says why; it is the note, the question, the words to the citizen or the answer where the step is that.
    `assignee_id`, `department_id`: for assign. `next_stage`: of those that may follow, for submit, approve (also
    `end`) and where a stage of dispatching is done; the usual one without. `type`: for classify. `title`, `priority`,
    `business`, `region`, `citizen_name`, `citizen_phone`, `fields` (an empty value takes one out): for revise; `fields`
    for classify, submit and resolve as well. `other`: number or id, for merge, link and unlink. `result`: for
    follow_up. `file_ids`: as in filing; with reply, ask and resolve the citizen gets them.
    """

    version: int = Field(ge=1)
    reason: Prose = ""
    assignee_id: Id | None = None
    department_id: Id | None = None
    next_stage: Annotated[str, StringConstraints(max_length=32)] | None = None
    type: Type | None = None
    title: Title | None = None
    priority: Priority | None = None
    business: Short | None = None
    region: Region | None = None
    citizen_name: Short | None = None
    citizen_phone: Phone | None = None
    fields: Fields = {}
    other: Short | None = None
    result: Literal["satisfied", "unsatisfied", "unreachable"] | None = None
    file_ids: FileIds = []


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
    # Whether the citizen has opened it, where that can be seen.
    read: bool | None = None


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
    # Of a duplicate: what its citizen has added, as here it is read.
    remarks: list[HistoryRead] = []


class NextStage(BaseModel):
    """A stage that may follow; `end` when the ticket may be settled then."""

    key: str
    name: str


class TicketRead(BaseModel):
    """A ticket in short lists; numbers in it are shown in part. `steps`: what the reader may do now.

    `turn`: whose turn it is (life/flow.py).
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    type: str
    type_name: str = ""
    title: str
    priority: Priority
    business: str | None
    region: str | None
    status: TicketStatus
    stage: str
    stage_name: str = ""
    turn: str
    version: int
    source: Source
    conversation_id: str | None
    contact_id: str | None
    contact_name: str | None = None
    citizen_name: str
    citizen_phone: str
    department_id: str | None
    department_name: str | None = None
    assignee_id: str | None
    assignee_name: str | None = None
    handler_id: str | None
    created_by: str | None
    due_at: datetime | None
    urged_at: datetime | None
    remarked_at: datetime | None
    score: int | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    forgotten: bool = False
    steps: list[TicketStep] = []


class TicketDetail(TicketRead):
    """A ticket as its page shows it. `draft`: what is under review. `worded`: steps that need words. `next_stages`:
    the stages that may follow this one. `definition`: what it was filed under, for the forms of its steps.
    `external_id`: what it is called where it comes from; of a left message its id."""

    description: str
    resolution: str
    draft: str = ""
    history: list[HistoryRead] = []
    handler_name: str | None = None
    turn_name: str = ""
    values: list[FieldRead] = []
    deadlines: list[DeadlineRead] = []
    files: list[TicketFileRead] = []
    links: list[RelatedTicket] = []
    merged: list[RelatedTicket] = []
    merged_into: RelatedTicket | None = None
    worded: list[TicketStep] = []
    next_stages: list[NextStage] = []
    definition: TicketDefinition | None = None
    external_id: str | None = None
    # What its citizen thinks of the result.
    rating: GivenRating | None = None


class TicketInFull(BaseModel):
    """What was shown in part, looked at once: the look is audited. `said`: by the number of the step."""

    citizen_name: str
    citizen_phone: str
    title: str
    description: str
    resolution: str
    draft: str
    fields: dict[str, Any]
    said: dict[int, str]

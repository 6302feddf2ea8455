"""What citizens see of tickets: their course in plain steps, and nothing of who does what in the office."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from core.conversation.content import FileContent
from core.conversation.own_tickets import ShownTicket
from core.conversation.rating import GivenRating
from core.conversation.tickets import TicketState
from handoff.tickets.progress import Milestone
from handoff.tickets.types.definition import FieldKind

# What the citizen may do with it now.
OwnAction = Literal["remark", "withdraw", "urge", "confirm", "dispute", "rate"]


class OwnTicketField(BaseModel):
    """A field that a citizen fills in when he files a ticket himself."""

    key: str
    name: str
    kind: FieldKind
    required: bool
    choices: list[str]
    help: str


class OwnTicketType(BaseModel):
    id: str
    name: str
    help: str
    fields: list[OwnTicketField]


class OwnTicketForms(BaseModel):
    """What may be filed. `codes`: a code proves the phone; else it is taken as told."""

    types: list[OwnTicketType]
    businesses: list[str]
    codes: bool


class OwnTicket(BaseModel):
    """A ticket in the citizen's list. `due_at`: by when an answer was promised, while one is owed and the clock runs.

    `told_at`: when he was asked, told or answered something last.
    """

    id: str
    number: str
    type: str
    title: str
    state: TicketState
    due_at: datetime | None
    created_at: datetime
    told_at: datetime | None


class OwnTicketValue(BaseModel):
    name: str
    value: str


class OwnTicketStep(BaseModel):
    """`by`: who answered, where that is told; "" else. `disputes`: the citizen does not agree with the answer."""

    kind: Milestone
    at: datetime
    text: str
    by: str = ""
    disputes: bool = False


class OwnTicketDetail(OwnTicket, ShownTicket):
    """One ticket whole. `key`: opens it again from this window, where it is not one of the window's own.

    `asked`: what the citizen is to add, while it waits for that. `late`: the promised time is over. `urged_at`: when
    he last asked to hurry. `merged_into`: the number under which it goes on.
    """

    text: str
    values: list[OwnTicketValue]
    files: list[FileContent]
    asked: str
    answer: str
    late: bool
    urged_at: datetime | None
    merged_into: str
    steps: list[OwnTicketStep]
    may: list[OwnAction]
    rating: GivenRating | None

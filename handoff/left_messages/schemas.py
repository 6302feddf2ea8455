"""What clients see of left messages, and what they send to leave, list and work on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from core.conversation.content import FileContent, printable
from core.conversation.schemas import Delivery
from core.masked_numbers import covered
from core.sms.phones import masked
from handoff.left_messages.models import LeftMessage, LeftMessageStep
from handoff.left_messages.status import LeftStatus, LeftStep, possible_steps
from handoff.tickets.models import TITLE_LENGTH
from handoff.tickets.status import TicketStatus
from handoff.tickets.types.definition import Priority

Way = Literal["sms", "channel"]
MOST_WORDS = 1000
Clean = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_WORDS), Clean]


class LeftAnswer(BaseModel):
    """What was said to and fro about it, as its citizen reads it. `by`: "" for the citizen's own words."""

    at: datetime
    by: str
    text: str


class OwnLeftMessage(BaseModel):
    """A left message as its citizen sees it. `due_at`: by when an answer was promised, while one is owed."""

    id: str
    number: str
    status: LeftStatus
    business: str | None
    text: str
    files: list[FileContent]
    due_at: datetime | None
    created_at: datetime
    said: list[LeftAnswer]


class LeftMessageStepRead(BaseModel):
    """`way`: how an answer went out; `delivery`: how far it came; `read`: the citizen has opened it there."""

    version: int
    at: datetime
    actor: str
    actor_name: str
    step: LeftStep
    from_status: LeftStatus | None
    to_status: LeftStatus
    text: str
    way: Way | None = None
    delivery: Delivery | None = None
    read: bool | None = None

    @classmethod
    def of(cls, row: LeftMessageStep) -> LeftMessageStepRead:
        return cls(
            version=row.version, at=row.at, actor=row.actor, actor_name=row.actor_name,
            step=LeftStep(row.step), from_status=LeftStatus(row.from_status) if row.from_status else None,
            to_status=LeftStatus(row.to_status), text=covered(row.text), way=row.data.get("way"),
        )  # fmt: skip


class LeftMessageRead(BaseModel):
    """A left message in lists; numbers in it are shown in part. `steps`: those possible next."""

    id: str
    number: str
    status: LeftStatus
    version: int
    channel: str
    inbox_id: str
    business: str | None
    name: str
    phone: str
    phone_proved: bool
    text: str
    files: int
    claimed_by: str | None
    claimed_name: str | None
    due_at: datetime | None
    overdue: bool
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None
    handled_at: datetime | None
    forgotten: bool
    steps: list[LeftStep]

    @classmethod
    def of(cls, row: LeftMessage, claimed_name: str | None, now: datetime) -> LeftMessageRead:
        return cls(
            id=row.id, number=row.number, status=LeftStatus(row.status), version=row.version,
            channel=row.channel, inbox_id=row.inbox_id, business=row.business,
            name=covered(row.name), phone=masked(row.phone),
            phone_proved=row.phone_proved, text=covered(row.text), files=len(row.files),
            claimed_by=row.claimed_by, claimed_name=claimed_name, due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at <= now, created_at=row.created_at,
            updated_at=row.updated_at, answered_at=row.answered_at, handled_at=row.handled_at,
            forgotten=row.forgotten_at is not None,
            steps=possible_steps(LeftStatus(row.status), forgotten=row.forgotten_at is not None),
        )  # fmt: skip


class LeftTicketWrite(BaseModel):
    """The ticket it goes on as. `title` "": how it begins. `note`: what the desk adds; `business` None: its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    version: int = Field(ge=1)
    type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    title: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=TITLE_LENGTH), Clean
    ] = ""
    note: Prose = ""
    priority: Priority | None = None
    business: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] | None = None


class LeftTicket(BaseModel):
    """The ticket a left message went on as."""

    id: str
    number: str
    status: TicketStatus


class LeftMessageDetail(LeftMessageRead):
    """`conversation_id`: where it was left, for those who may read that; None for others. `may_file`: as a ticket."""

    conversation_id: str | None
    ticket: LeftTicket | None = None
    may_file: bool = False
    attachments: list[FileContent]
    history: list[LeftMessageStepRead]


class LeftMessagePage(BaseModel):
    items: list[LeftMessageRead]
    next: str | None


class LeftMessageCounts(BaseModel):
    """For the menu: what waits to be taken, what one owes oneself, what is too late."""

    new: int
    mine: int
    overdue: int


class LeftMessageInFull(BaseModel):
    """What was shown in part, looked at once: the look is audited. `said`: by the number of the step."""

    name: str
    phone: str
    text: str
    said: dict[int, str]


class LeftMessageStepWrite(BaseModel):
    """A step. `version`: what the person has seen; a newer one refuses the step.

    `text`: the answer, or what was noted. `way`: how an answer goes out.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    version: int = Field(ge=1)
    text: Prose = ""
    way: Way = "channel"

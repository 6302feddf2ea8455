"""What clients see of the ticket lists, and what they send to filter, save filters and change many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from core.conversation.content import printable
from core.ids import Id
from core.masked_numbers import covered
from handoff.tickets.life.reading import shown_phone
from handoff.tickets.listing.order import Sort
from handoff.tickets.listing.repository import Listed
from handoff.tickets.listing.wanted import ListName
from handoff.tickets.schemas import Priority
from handoff.tickets.status import TicketStatus
from handoff.tickets.types.reading import LoadedType

MOST_AT_ONCE = 100
# Of one filter; more is everything.
MOST_VALUES = 30

Clean = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), Clean]
Values = Annotated[list[Short], Field(max_length=MOST_VALUES)]
Ids = Annotated[list[Id], Field(max_length=MOST_VALUES)]


def _aware(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return at


Moment = Annotated[datetime | None, AfterValidator(_aware)]


class ListQuery(BaseModel):
    """A list (`view`), its filters and its order, as sent with a request and as saved. Empty values do not filter.

    Times: since is in, until is out. `q`: a whole ticket number, a whole phone number, or words. `reverse`: backwards.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    view: ListName = "all"
    type: Values = []
    status: Annotated[list[TicketStatus], Field(max_length=6)] = []
    stage: Values = []
    department: Ids = []
    assignee: Ids = []
    business: Values = []
    region: Values = []
    priority: Annotated[list[Priority], Field(max_length=4)] = []
    source: Values = []
    channel: Values = []
    filed_since: Moment = None
    filed_until: Moment = None
    due_since: Moment = None
    due_until: Moment = None
    number: Short = ""
    phone: Short = ""
    name: Short = ""
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Clean] = ""
    conversation_id: Id | None = None
    contact_id: Id | None = None
    sort: Sort = "filed"
    reverse: bool = False


class PageQuery(ListQuery):
    """`after`: what `next` of the page before said."""

    after: Annotated[str, StringConstraints(max_length=120)] = ""
    limit: int = Field(30, ge=1, le=100)


class TicketRow(BaseModel):
    """A ticket in a list; numbers in it are shown in part. `turn`: whose turn it is (types of life/flow.py)."""

    id: str
    number: str
    type: str
    type_name: str
    title: str
    priority: Priority
    status: TicketStatus
    stage: str
    stage_name: str
    turn: str
    version: int
    source: str
    channel: str | None
    business: str | None
    region: str | None
    citizen_name: str
    citizen_phone: str
    conversation_id: str | None
    contact_id: str | None
    department_id: str | None
    department_name: str | None
    assignee_id: str | None
    assignee_name: str | None
    due_at: datetime | None
    overdue: bool
    urged: bool
    remarked: bool
    score: int | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: Listed, type_: LoadedType | None, now: datetime, *, whole: bool) -> TicketRow:
        """`whole`: with its phone in full, for an export that is audited."""
        row = one.ticket
        stage = type_.definition.flow.stage(row.stage) if type_ else None
        return cls(
            id=row.id, number=row.number, type=row.type,
            type_name=type_.definition.name if type_ else row.type, title=covered(row.title),
            priority=row.priority, status=TicketStatus(row.status),
            stage=row.stage, stage_name=stage.name if stage else "", turn=row.turn, version=row.version,
            source=row.source, channel=row.channel, business=row.business, region=row.region,
            citizen_name=row.citizen_name or one.contact or "",
            citizen_phone=row.citizen_phone if whole else shown_phone(row.citizen_phone),
            conversation_id=row.conversation_id, contact_id=row.contact_id,
            department_id=row.department_id, department_name=one.department,
            assignee_id=row.assignee_id, assignee_name=one.assignee, due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at <= now, urged=row.urged_at is not None,
            remarked=row.remarked_at is not None, score=row.score, created_at=row.created_at,
            updated_at=row.updated_at,
        )  # fmt: skip


class TicketRowPage(BaseModel):
    """`next`: the `after` of the next page, None at the end. `stopped`: a search that looked at many and found few
    stopped here; it goes on with `next`."""

    items: list[TicketRow]
    next: str | None
    stopped: bool = False


class TicketCounts(BaseModel):
    """How many are in each list, as far as `most`: who has more needs no number."""

    counts: dict[ListName, int]
    most: int


class StageChoice(BaseModel):
    key: str
    name: str
    kind: Literal["dispatch", "handle", "review"]


class TypeChoice(BaseModel):
    id: str
    name: str
    stages: list[StageChoice]


class Named(BaseModel):
    id: str
    name: str


class PersonChoice(Named):
    department_id: str | None


class TicketChoices(BaseModel):
    """What can be filtered by."""

    types: list[TypeChoice]
    departments: list[Named]
    people: list[PersonChoice]
    businesses: list[str]
    regions: list[str]
    channels: list[str]


class FilterWrite(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32), Clean
    ]
    query: ListQuery
    shared: bool = False


class FilterRead(BaseModel):
    """`mine`: may be changed by whoever asks. A filter whose query is from another time is shown without it."""

    id: str
    name: str
    query: ListQuery
    shared: bool
    mine: bool


class ExportWrite(BaseModel):
    """`phones`: in full, for those who may see them; `reason`: why, where that is asked for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    query: ListQuery
    phones: bool = False
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Clean] = ""


class BulkTicket(BaseModel):
    """`version`: what was looked at; a newer one is refused."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    version: int = Field(ge=1)


class BulkWrite(BaseModel):
    """One step with many tickets, each by itself: what is refused of one changes nothing for the others."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    step: Literal["assign", "accept", "revise", "close"]
    tickets: Annotated[list[BulkTicket], Field(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Clean] = ""
    assignee_id: Id | None = None
    department_id: Id | None = None
    priority: Priority | None = None


class BulkResult(BaseModel):
    """`code` and `message`: why it was refused; empty when it was done."""

    id: str
    number: str
    title: str
    done: bool
    code: str = ""
    message: str = ""


class BulkResults(BaseModel):
    results: list[BulkResult]

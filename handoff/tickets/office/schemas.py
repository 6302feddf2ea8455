"""What administrators see of the systems that are told of tickets, and what they send to connect them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.ids import Id
from core.webhooks.keys import ValidSecret
from handoff.tickets.feed.models import URL_LENGTH
from handoff.tickets.office.event import Personal
from handoff.tickets.office.log import State
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import Key

MOST_OF_EACH = 100
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=URL_LENGTH)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class TicketEndpointWrite(BaseModel):
    """The whole of an endpoint's settings. Empty `steps`, `types`, `department_ids`: all of them; `file` is a step too.
    `personal`: what it gets of a citizen."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    url: Url
    active: bool = True
    steps: Annotated[list[TicketStep | Literal["file"]], Field(max_length=MOST_OF_EACH)] = []
    types: Annotated[list[Key], Field(max_length=MOST_OF_EACH)] = []
    department_ids: Annotated[list[Id], Field(max_length=MOST_OF_EACH)] = []
    personal: Personal = "masked"


class TicketEndpointRead(BaseModel):
    """`waiting`: events not delivered yet; `failed`: that it will not take, or that were left out. `failing_since`: it
    is tried again at `next_try_at`; what comes meanwhile waits behind the first."""

    id: str
    name: str
    url: str
    active: bool
    steps: list[str]
    types: list[str]
    department_ids: list[str]
    personal: Personal
    secrets: list[ValidSecret]
    waiting: int
    failed: int
    failing_since: datetime | None
    next_try_at: datetime | None
    last_error: str
    created_at: datetime


class TicketEndpointShown(BaseModel):
    """`secret` is never shown again."""

    endpoint: TicketEndpointRead
    secret: str


class TicketDeliveryRead(BaseModel):
    """An event on its way. `id` is its webhook-id; `status` the system's last HTTP status, null: no answer."""

    id: str
    endpoint_id: str
    ticket_id: str
    number: str
    step: str
    version: int
    state: State
    attempts: int
    status: int | None
    error: str
    seconds: float
    created_at: datetime
    updated_at: datetime


class TicketDeliveryPage(BaseModel):
    """Newest first. `next`: the `after` of the next page; null: no more."""

    items: list[TicketDeliveryRead]
    next: str | None


class SentAgain(BaseModel):
    count: int

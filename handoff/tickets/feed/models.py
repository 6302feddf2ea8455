"""Tables of the feed: the systems that are told of tickets, what they know, and how deliveries went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

URL_LENGTH, ERROR_LENGTH = 500, 200


class TicketEndpoint(Base):
    """Another system that is told of tickets. Empty `steps`, `types` or `department_ids`: all of them.

    `personal`: what it gets of a citizen. none: neither name, phone, words nor fields; masked: with numbers and names
    covered; full: everything. `secrets` as in core/webhooks/keys.py; `made`: how many there were. `failing_since`: it
    does not take what it is sent, what comes after waits, and the first is tried again at `next_try_at`; `alerted_at`:
    people were told.
    """

    __tablename__ = "ticket_endpoints"
    __table_args__ = (CheckConstraint("personal in ('none', 'masked', 'full')", name="personal"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(String(URL_LENGTH))
    active: Mapped[bool] = mapped_column(default=True)
    steps: Mapped[list[str]] = mapped_column(JSON, default=list)
    types: Mapped[list[str]] = mapped_column(JSON, default=list)
    department_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    personal: Mapped[str] = mapped_column(String(8), default="masked")
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made: Mapped[int] = mapped_column(default=1)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(ERROR_LENGTH), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TicketEndpointKnown(Base):
    """A ticket under way that an endpoint of some departments or types was told of: it is told too when it loses it."""

    __tablename__ = "ticket_endpoint_known"

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("ticket_endpoints.id"), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)


class TicketDelivery(Base):
    """What became of one event on its way; `id` is its webhook-id. Nothing of what it said is here.

    `payload` is that of its row in the outbox, from which it can be sent again. `status`: the last HTTP status,
    `error` in our own words what went wrong last, `seconds` how long the last call took.
    """

    __tablename__ = "ticket_deliveries"
    __table_args__ = (
        Index("ix_ticket_deliveries_endpoint", "endpoint_id", "id"),
        Index("ix_ticket_deliveries_failed", "endpoint_id", "state", "id"),
        Index("ix_ticket_deliveries_at", "updated_at"),
        CheckConstraint("state in ('delivered', 'retrying', 'failed')", name="state_known"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("ticket_endpoints.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    # As the step of the history it tells of.
    step: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(ERROR_LENGTH), default="")
    seconds: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

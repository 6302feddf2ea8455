"""Tables of tickets: the ticket, its history, and the counters behind the numbers people quote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

TITLE_LENGTH = 200


class Ticket(Base):
    """A ticket as it stands. `version` rises with every step, so that a second person is told."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(
            "status in ('new', 'open', 'pending', 'resolved', 'closed', 'withdrawn')",
            name="status_known",
        ),
        Index("ix_tickets_status", "status", "id"),
        Index("ix_tickets_assignee", "assignee_id", "status", "id"),
        Index("ix_tickets_conversation", "conversation_id"),
        Index("ix_tickets_contact", "contact_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    type: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    priority: Mapped[str] = mapped_column(String(16), default="normal")
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    # agent, bot; later citizen, left_message, api, import, phone.
    source: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))
    created_by: Mapped[str | None] = mapped_column(IdColumn)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    # What the citizen is told in the end.
    resolution: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class TicketHistory(Base):
    """One step: who, when, what, why. Never changed; `version` numbers them."""

    __tablename__ = "ticket_history"
    __table_args__ = (UniqueConstraint("ticket_id", "version"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    # Account id, or bot, system.
    actor: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class NumberCounter(Base):
    """The last number of a series (GD: tickets, LY: left messages) given on a day (local time)."""

    __tablename__ = "number_counters"

    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int]

"""The channel's own tables: events that were taken, and how deliveries went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class WebhookReceived(Base):
    """An event of a portal that was acted on: its repeat gets the same answer, which is made anew from the ids."""

    __tablename__ = "webhook_received"
    __table_args__ = (Index("ix_webhook_received_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(IdColumn)
    conversation_id: Mapped[str | None] = mapped_column(IdColumn)
    at: Mapped[datetime]


class WebhookDelivery(Base):
    """What became of one event on its way to a portal; `id` is its webhook-id. Nothing of what it said is here.

    `status` is the portal's last HTTP status, `error` in our own words what went wrong last, `seconds` how long the
    last call took.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_inbox", "inbox_id", "id"),
        Index("ix_webhook_deliveries_at", "updated_at"),
        CheckConstraint(
            "state in ('delivered', 'retrying', 'failed')", name="webhook_delivery_state_known"
        ),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"))
    conversation_id: Mapped[str | None] = mapped_column(IdColumn)
    type: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(200), default="")
    seconds: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

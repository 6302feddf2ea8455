"""Table of notices: a row for each person and thing to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class TicketNotice(Base):
    """`once` names what happened: nobody is told of the same thing twice. `data` holds no personal data."""

    __tablename__ = "ticket_notices"
    __table_args__ = (
        UniqueConstraint("account_id", "once"),
        Index("ix_ticket_notices_unread", "account_id", "read_at"),
        Index("ix_ticket_notices_ticket", "ticket_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    # None: about no ticket (the calendar of next year).
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(16))
    once: Mapped[str] = mapped_column(String(96))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

"""Table of the tickets' deadlines: a row for each target and round, kept when it is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class TicketDeadline(Base):
    """One promise. `due_at` is empty while it stands still, or when the duty hours never reach it.

    `state`: active, paused, met, breached (missed; `met_at` says when it was made good), cancelled. `told_until`: of
    what is to be told about it, everything up to then has been; `explanation`: why it is due then, line by line.
    """

    __tablename__ = "ticket_deadlines"
    __table_args__ = (
        CheckConstraint("target in ('accept', 'answer', 'resolve')", name="target_known"),
        CheckConstraint(
            "state in ('active', 'paused', 'met', 'breached', 'cancelled')", name="state_known"
        ),
        UniqueConstraint("ticket_id", "target", "round"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    target: Mapped[str] = mapped_column(String(8))
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    # Pairs of times, ISO: from when until when it stood still; null: it still does.
    pauses: Mapped[list[list[str | None]]] = mapped_column(JSON, default=list)
    # The policy it is counted by (settings.py); empty: there is none for it.
    policy: Mapped[str] = mapped_column(String(32))
    # The date given from outside, which goes before the policy.
    given: Mapped[date | None] = mapped_column(Date)
    explanation: Mapped[list[str]] = mapped_column(JSON, default=list)
    told_until: Mapped[datetime | None]

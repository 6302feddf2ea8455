"""The table of what citizens think of the results of their tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class TicketRating(Base):
    """One rating of one ticket's result, of the person and department that answered it.

    `label` is as it was on that day. `earlier`: what it said before each change, oldest first:
    {"score", "label", "tags", "comment", "until"}. `Ticket.score` says the score as well, for lists.
    """

    __tablename__ = "ticket_ratings"
    __table_args__ = (
        CheckConstraint("score between 1 and 5", name="score_range"),
        Index("ix_ticket_ratings_created", "created_at"),
    )

    # A ticket is rated once, however often the citizen presses the button.
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    # No foreign keys: who answered may leave, the rating stays.
    handler_id: Mapped[str | None] = mapped_column(IdColumn)
    department_id: Mapped[str | None] = mapped_column(IdColumn)
    score: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    tags: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(String(500))
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]

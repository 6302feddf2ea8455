"""The table of ratings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Rating(Base):
    """One rating of one service (queue.models.Assignment), and of the agent who gave it."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score between 1 and 5", name="score_range"),
        Index("ix_ratings_agent", "agent_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    # Unique: a service is rated once, however often the citizen presses the button.
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    score: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]

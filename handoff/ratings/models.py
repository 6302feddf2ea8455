"""The table of ratings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Rating(Base):
    """One rating of one service (queue.models.Assignment), of the agent who gave it and the group it was given for.

    `label` and `group_name` are as they were on that day. `earlier`: what it said before each change, oldest first:
    {"score", "label", "tags", "comment", "until"}.
    """

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
    # No foreign key: a group may be dissolved, the rating stays.
    group_id: Mapped[str | None] = mapped_column(IdColumn)
    group_name: Mapped[str] = mapped_column(String(64), default="")
    score: Mapped[int]
    label: Mapped[str] = mapped_column(String(16), default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(String(500), default="")
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]

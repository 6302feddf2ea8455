"""The outbox table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class OutboxRow(Base):
    """One delivery. Rows of one `key` go out in order of `id`; a failed one lets those behind it pass.

    `about`: the conversation it belongs to, where it belongs to one. `held` ones wait until somebody lets them go,
    `carried` ones until another of their key takes them along.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "next_attempt_at"),
        Index("ix_outbox_key", "key", "id"),
        Index("ix_outbox_about", "about"),
    )

    # SQLite only counts up by itself on INTEGER; PostgreSQL should have 64 bits.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    topic: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    about: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(
        String(16), default="pending"
    )  # pending, held, carried, failed; what was delivered is removed
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]

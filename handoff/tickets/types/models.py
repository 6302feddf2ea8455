"""Tables of the types of tickets: a row each, and every version it had, because a ticket keeps that of its filing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class TicketType(Base):
    """`version` is the one in force. Inactive: what is under way goes on, nothing new is filed."""

    __tablename__ = "ticket_types"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int]
    updated_at: Mapped[datetime]


class TicketTypeVersion(Base):
    """What a type was set to; never changed. `definition` as in types/definition.py."""

    __tablename__ = "ticket_type_versions"

    type_id: Mapped[str] = mapped_column(ForeignKey("ticket_types.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Account id, or system for what shipped.
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

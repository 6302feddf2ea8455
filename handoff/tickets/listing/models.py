"""Filters of the ticket lists that somebody has saved, for himself or for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class SavedFilter(Base):
    """`query`: as ListQuery is sent (schemas.py). `shared`: everybody who reads tickets has it."""

    __tablename__ = "ticket_filters"
    __table_args__ = (Index("ix_ticket_filters_owner", "owner_id", "shared"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

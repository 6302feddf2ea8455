"""The channel's own table: how a citizen came into the chat behind WeChat's button, and what was offered there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class MiniProgramEntry(Base):
    """The citizen's last entry. `source`: what the mini-program calls the place (`session-from`).

    `choices`: those of the list that was shown outside a conversation last, to be answered with a number.
    """

    __tablename__ = "miniprogram_entries"
    __table_args__ = (Index("ix_miniprogram_entries_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    openid: Mapped[str] = mapped_column(String(128), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), default="")
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    offered_at: Mapped[datetime | None]
    at: Mapped[datetime]

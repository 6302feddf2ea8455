"""Tables that WeChat's channels share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class SeenPush(Base):
    """A push that was acted on without storing a message (an event, a picture): its retry does nothing."""

    __tablename__ = "wechat_seen_pushes"
    __table_args__ = (Index("ix_wechat_seen_pushes_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime]

"""The table of sealed secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class InboxSecret(Base):
    """One sealed secret. `name` such as `wechat/gjj/token`."""

    __tablename__ = "inbox_secrets"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]

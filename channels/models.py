"""The table that channels share: the logos of widgets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class WidgetLogo(Base):
    """A picture shown in a widget's header. `name` is the SHA-256 of `data` with the ending, so it never changes.

    Small (channels/web/logos.py) and few: in the table every server has them, and every backup.
    """

    __tablename__ = "widget_logos"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(32))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

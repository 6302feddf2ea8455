"""The channel's own tables: how far messages were fetched, and what is known of a citizen's session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class WecomCursor(Base):
    """How far the messages of an inbox's 客服账号 were fetched and stored.

    `cursor` is WeChat's, "" for from the beginning of what it keeps (three days). What was said before `since`, when
    the 客服账号 was connected, is passed over. `failures`: tries that went wrong since the last that did not.
    """

    __tablename__ = "wecom_cursors"

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    open_kfid: Mapped[str] = mapped_column(String(64))
    cursor: Mapped[str] = mapped_column(String(128), default="")
    since: Mapped[datetime]
    synced_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)


class WecomSession(Base):
    """A citizen's session with a 客服账号, as far as it matters to us.

    `scene`: which link opened it. `ours_until`: it was taken by us (state 1) and lasts so long. `servicer_until`:
    somebody in 企业微信 has taken it (state 3). `asked_at`: when WeChat was asked who the citizen is.
    """

    __tablename__ = "wecom_sessions"
    __table_args__ = (Index("ix_wecom_sessions_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_userid: Mapped[str] = mapped_column(String(128), primary_key=True)
    scene: Mapped[str] = mapped_column(String(64), default="")
    scene_at: Mapped[datetime | None]
    ours_until: Mapped[datetime | None]
    servicer_until: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    at: Mapped[datetime]

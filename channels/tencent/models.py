"""Tables that WeChat's channels share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class SeenPush(Base):
    """A push that was acted on without storing a message (an event, a picture): its retry does nothing."""

    __tablename__ = "wechat_seen_pushes"
    __table_args__ = (Index("ix_wechat_seen_pushes_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime]


class ApiToken(Base):
    """The access token of one account, sealed, for all servers; and who is fetching the next one.

    `generation` counts the tokens there were: whoever was refused number 4 is served by number 5.
    `version` tells which app id and secret the token is for. `failed_at`, `reason`, `errcode`: the last try.
    """

    __tablename__ = "api_tokens"

    account: Mapped[str] = mapped_column(String(96), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), default="")
    sealed: Mapped[str] = mapped_column(Text, default="")
    generation: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(100), default="")
    errcode: Mapped[int | None]


class ApiHealth(Base):
    """How one part of an account is: a call of the API, its token, or `push` (what WeChat brings us).

    `failing_since` is set while it fails. `reason` and `errcode` are those of `failed_at`. `alerted` is what the
    supervisors were last told, "" when nothing.
    """

    __tablename__ = "api_health"

    account: Mapped[str] = mapped_column(String(96), primary_key=True)
    area: Mapped[str] = mapped_column(String(64), primary_key=True)
    ok_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(100), default="")
    errcode: Mapped[int | None]
    alerted: Mapped[str] = mapped_column(String(100), default="")


class MediaUpload(Base):
    """A file that WeChat has, for three days, under `media_id`. `account` as in api_tokens; `kind`: as which."""

    __tablename__ = "media_uploads"
    __table_args__ = (Index("ix_media_uploads_uploaded_at", "uploaded_at"),)

    account: Mapped[str] = mapped_column(String(96), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    media_id: Mapped[str] = mapped_column(String(512))
    uploaded_at: Mapped[datetime]


class SentReminder(Base):
    """A template message that WeChat took, by the id it reports its end with. `status`: WeChat's, "" until then."""

    __tablename__ = "wechat_reminders"
    __table_args__ = (
        Index("ix_wechat_reminders_at", "at"),
        Index("ix_wechat_reminders_citizen", "inbox_id", "external_id"),
    )

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reminder_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), default="")
    conversation_id: Mapped[str | None] = mapped_column(IdColumn)
    status: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime]

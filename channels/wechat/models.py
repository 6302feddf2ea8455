"""The channel's own tables: lists shown outside conversations, scanned codes, menus."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class WeChatOffer(Base):
    """The choices a citizen was last shown as a numbered list outside a conversation (welcome, hot questions)."""

    __tablename__ = "wechat_offers"
    __table_args__ = (Index("ix_wechat_offers_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    openid: Mapped[str] = mapped_column(String(128), primary_key=True)
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    at: Mapped[datetime]


class WeChatScan(Base):
    """The code a citizen scanned last: where he comes from, should he write."""

    __tablename__ = "wechat_scans"
    __table_args__ = (Index("ix_wechat_scans_at", "at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    openid: Mapped[str] = mapped_column(String(128), primary_key=True)
    scene: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class WeChatMenu(Base):
    """The menu WeChat took last for an account, and what it said to the last one it refused."""

    __tablename__ = "wechat_menus"

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    pushed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pushed_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    errcode: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(200), default="")


class WeChatUnfollowed(Base):
    """A citizen who unfollowed the account, and when; the row goes when he follows it again."""

    __tablename__ = "wechat_unfollowed"

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    openid: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime]

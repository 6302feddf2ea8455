"""Tables of text messages, of the codes that prove a phone, and of what people text back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class SmsText(Base):
    """One text. What it says and the whole number are sealed, and gone once it was sent or given up."""

    __tablename__ = "sms_texts"
    __table_args__ = (Index("ix_sms_texts_provider_id", "provider", "provider_id"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(64))
    phone_masked: Mapped[str] = mapped_column(String(16))
    phone_mark: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    inbox_id: Mapped[str | None] = mapped_column(String(64))
    # waiting, sent, delivered, undelivered, failed
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    provider: Mapped[str] = mapped_column(String(16), default="")
    provider_id: Mapped[str] = mapped_column(String(96), default="")
    error: Mapped[str] = mapped_column(String(64), default="")
    # What the provider calls the error.
    provider_code: Mapped[str] = mapped_column(String(96), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    # Of no use to anybody afterwards: a code.
    until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    # When the provider told that it arrived or did not, or when it was given up.
    settled_at: Mapped[datetime | None]


class PhoneCode(Base):
    """One code that was sent; the newest of a phone and purpose counts. Digests only."""

    __tablename__ = "phone_codes"
    __table_args__ = (
        Index("ix_phone_codes_phone_mark_created_at", "phone_mark", "created_at"),
        Index("ix_phone_codes_address_mark_created_at", "address_mark", "created_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    phone_mark: Mapped[str] = mapped_column(String(64))
    address_mark: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class SmsDay(Base):
    """How many codes the installation has sent on a day, in China's time."""

    __tablename__ = "sms_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    codes: Mapped[int]


class SmsInbound(Base):
    """A text that somebody has sent to us. The number and what it says are sealed."""

    __tablename__ = "sms_inbound"
    __table_args__ = (
        Index("uq_sms_inbound_provider_provider_id", "provider", "provider_id", unique=True),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(96))
    phone_masked: Mapped[str] = mapped_column(String(16))
    phone_mark: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(index=True)

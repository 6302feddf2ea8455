"""Tables of left messages: the message with what it says, and every step anybody took with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

NAME_LENGTH = 64


class LeftMessage(Base):
    """A left message as it stands. `version` rises with every step, so that a second person is told.

    `group_id`: who is to answer, None for anybody. `files`: ids of the conversation's attachments. `due_at`: by when
    the answer is owed; None while nothing is owed. `forgotten_at`: since then no name, number or file is in it.
    """

    __tablename__ = "left_messages"
    __table_args__ = (
        CheckConstraint("status in ('new', 'claimed', 'answered', 'handled')", name="status_known"),
        UniqueConstraint("contact_id", "client_msg_id"),
        Index("ix_left_messages_status", "status", "id"),
        Index("ix_left_messages_claimed_by", "claimed_by", "status", "id"),
        Index("ix_left_messages_due", "status", "due_at"),
        Index("ix_left_messages_conversation", "conversation_id"),
        # For what is forgotten some time after the last answer (keeping.py).
        Index("ix_left_messages_kept", "forgotten_at", "updated_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    client_msg_id: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"))
    channel: Mapped[str] = mapped_column(String(32))
    business: Mapped[str | None] = mapped_column(String(64))
    # Not a foreign key: groups are dissolved, and then it is anybody's.
    group_id: Mapped[str | None] = mapped_column(IdColumn)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    phone: Mapped[str] = mapped_column(String(32))
    # By a code; false where no texts are sent.
    phone_proved: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class LeftMessageStep(Base):
    """One step: who, when, what. `text`: the citizen's further words, an answer, or a note of the desk.

    `data` of an answer: `way` (sms, channel), and how its delivery is found again: `key` or `message_id`.
    """

    __tablename__ = "left_message_steps"
    __table_args__ = (
        UniqueConstraint("left_message_id", "version"),
        # Whose hands it went through: for data scopes.
        Index("ix_left_message_steps_actor", "actor", "left_message_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    left_message_id: Mapped[str] = mapped_column(ForeignKey("left_messages.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    # Account id, or visitor, system.
    actor: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

"""Tables of working together: who takes part in a conversation, who was mentioned, transfers, alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

PENDING = text("state = 'pending'")

ParticipantState = Literal["asked", "invited", "joined", "left", "declined"]
# pending: offered to an agent, or waiting for a group. void: the conversation went another way meanwhile.
TransferState = Literal["pending", "accepted", "declined", "cancelled", "expired", "void"]


class Participant(Base):
    """An agent beside the owner of a conversation. One row for the two of them: the present state.

    `episode` is the conversation's `bot_session` then: when the bot has had it in between, nobody takes part any more.
    """

    __tablename__ = "conversation_participants"
    __table_args__ = (Index("ix_conversation_participants_agent", "agent_id", "state"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    state: Mapped[ParticipantState] = mapped_column(String(16))
    episode: Mapped[int]
    # Who brought the state about: the agent, or the owner who accepted, declined or invited.
    by: Mapped[str] = mapped_column(IdColumn)
    at: Mapped[datetime]


class Mention(Base):
    """An agent was named in a private note; that lets them read the conversation."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_agent", "agent_id", "conversation_id"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Transfer(Base):
    """One attempt to hand a conversation on, to an agent or to a group.

    `epoch` is the conversation's at the time that counts: when it was offered; when it began to wait for the group;
    when it was accepted. With another epoch the conversation has gone its own way and the row says nothing any more.
    """

    __tablename__ = "conversation_transfers"
    __table_args__ = (
        Index("uq_conversation_transfers_one_pending", "conversation_id", unique=True,
              sqlite_where=PENDING, postgresql_where=PENDING),
        Index("ix_conversation_transfers_to", "to_agent", "state"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    from_agent: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    to_agent: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    # Not a foreign key: groups are deleted, what happened stays.
    to_group: Mapped[str | None] = mapped_column(IdColumn)
    note: Mapped[str] = mapped_column(String(1000), default="")
    state: Mapped[TransferState] = mapped_column(String(16))
    epoch: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class Alert(Base):
    """What supervisors were told of, kept for the wall."""

    __tablename__ = "alerts"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(48))
    message: Mapped[str] = mapped_column(String(500))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    conversation_id: Mapped[str | None] = mapped_column(IdColumn)
    agent_id: Mapped[str | None] = mapped_column(IdColumn)

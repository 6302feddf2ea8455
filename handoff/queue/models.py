"""Tables of the queue: who waits, and who served whom from when to when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

WAITING = text("state = 'waiting'")
RUNNING = text("ended_at IS NULL")

EntryState = Literal["waiting", "claimed", "cancelled", "timed_out", "closed"]
LeftState = Literal["cancelled", "timed_out", "closed"]
# The rules of waits that no citizen asked for: an agent handed the conversation on, or is gone.
HandOnRule = Literal["transfer", "agent_lost"]


class QueueEntry(Base):
    """One wait of one conversation.

    Served in the order of `order_at`, which is `enqueued_at` moved by what `priority` is worth
    (routing.priority.effective_since) and does not change while time passes.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index("uq_queue_entries_one_waiting", "conversation_id", unique=True,
              sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_queue_entries_order", "state", "order_at", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    # The skill group it waits for; null: anybody.
    group_id: Mapped[str | None] = mapped_column(IdColumn)
    category: Mapped[str | None] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(32))
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[EntryState] = mapped_column(String(16), default="waiting")
    enqueued_at: Mapped[datetime]
    order_at: Mapped[datetime]
    # Kept for this agent until then; afterwards for anybody of the group.
    wanted_agent: Mapped[str | None] = mapped_column(IdColumn)
    wanted_until: Mapped[datetime | None]
    # How it came into this line: the steps of routing.reasons.
    route: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    left_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(IdColumn)


class Assignment(Base):
    """One service: an agent with a conversation, from getting it to giving it away.

    Ratings are bound to it, reports count it, and `reason` answers why it went there.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("uq_assignments_one_running", "conversation_id", unique=True,
              sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_assignments_agent", "agent_id", "started_at"),
        Index("ix_assignments_conversation", "conversation_id", "agent_id"),
        Index("ix_assignments_ended", "ended_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    # How it came: claimed, taken_over, transferred.
    trigger: Mapped[str] = mapped_column(String(16))
    # Why it went there: see routing.reasons.
    reason: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[datetime]
    first_answer_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # How it ended: closed, released, transferred, taken_over, requeued, agent_lost, agent_left.
    outcome: Mapped[str | None] = mapped_column(String(16))


class DesignatedAgent(Base):
    """The agent a citizen is to be served by whenever that agent can; set by those who supervise."""

    __tablename__ = "designated_agents"

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    set_by: Mapped[str] = mapped_column(IdColumn)
    set_at: Mapped[datetime]

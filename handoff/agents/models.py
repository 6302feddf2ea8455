"""Tables of agents: their profile, the leases of their open desks, skill groups, what they note after a service."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn
from handoff.agents.presence import Chooser, ChosenStatus

# How many conversations an agent serves at the same time unless told otherwise.
DEFAULT_CAPACITY = 5

WrapUpState = Literal["pending", "done", "skipped"]
Solved = Literal["yes", "no", "follow_up"]


class AgentProfile(Base):
    """What the desk knows of an account. `status` is what was chosen, by whom says `status_by`; see presence.effective.

    `status_reason`: why busy or at rest, such as 午休. The row is also the lock under which an agent's capacity is
    judged.
    """

    __tablename__ = "agents"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("status in ('online', 'busy', 'rest', 'offline')", name="status_known"),
    )

    account_id: Mapped[str] = mapped_column(IdColumn, ForeignKey("accounts.id"), primary_key=True)
    capacity: Mapped[int] = mapped_column(default=DEFAULT_CAPACITY)
    status: Mapped[ChosenStatus] = mapped_column(String(16), default="offline")
    status_reason: Mapped[str] = mapped_column(String(64), default="")
    status_by: Mapped[Chooser] = mapped_column(String(16), default="agent")
    status_since: Mapped[datetime]


class PresenceLease(Base):
    """One open desk (a browser tab, a program). It counts as there until `until`."""

    __tablename__ = "presence_leases"

    connection_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(IdColumn, ForeignKey("agents.account_id"), index=True)
    until: Mapped[datetime]


class SkillGroup(Base):
    """Agents who serve the same business. `categories`: the businesses queued for it."""

    __tablename__ = "skill_groups"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    categories: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class GroupMember(Base):
    __tablename__ = "skill_group_members"

    group_id: Mapped[str] = mapped_column(
        IdColumn, ForeignKey("skill_groups.id", ondelete="CASCADE"), primary_key=True
    )
    agent_id: Mapped[str] = mapped_column(
        IdColumn, ForeignKey("agents.account_id"), primary_key=True, index=True
    )


class WrapUp(Base):
    """What an agent notes about a service after it; one for each that has ended.

    `until`: the agent's wrap-up time runs to then; null: it is over.
    """

    __tablename__ = "wrap_ups"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'done', 'skipped')", name="state_known"),
        CheckConstraint("solved in ('yes', 'no', 'follow_up')", name="solved_known"),
        Index("ix_wrap_ups_agent", "agent_id", "state", "created_at"),
        Index("ix_wrap_ups_until", "until"),
        Index("ix_wrap_ups_conversation", "conversation_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[WrapUpState] = mapped_column(String(16), default="pending")
    until: Mapped[datetime | None]
    business: Mapped[str | None] = mapped_column(String(64))
    solved: Mapped[Solved | None] = mapped_column(String(16))
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]

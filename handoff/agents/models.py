"""Tables of agents: their profile, the leases of their open desks, skill groups and members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn
from handoff.agents.presence import PresenceStatus

# How many conversations an agent serves at the same time unless told otherwise.
DEFAULT_CAPACITY = 5


class AgentProfile(Base):
    """What the desk knows of an account. `status` is what the agent chose; see presence.effective.

    The row is also the lock under which an agent's capacity is judged.
    """

    __tablename__ = "agents"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("status in ('online', 'busy', 'offline')", name="status_known"),
    )

    account_id: Mapped[str] = mapped_column(IdColumn, ForeignKey("accounts.id"), primary_key=True)
    capacity: Mapped[int] = mapped_column(default=DEFAULT_CAPACITY)
    status: Mapped[PresenceStatus] = mapped_column(String(16), default="offline")
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

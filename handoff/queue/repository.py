"""Queries of the queue and of assignments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.database import affected
from handoff.agents.models import GroupMember
from handoff.queue.models import Assignment, EntryState, QueueEntry


class Waiting(NamedTuple):
    """A place in the queue."""

    conversation_id: str
    contact_id: str


async def lock_next(session: AsyncSession, group_ids: Sequence[str]) -> str | None:
    """The conversation next in line for an agent of these groups, locked; None when nobody waits.

    The lock is on the conversation, not on the entry: everything else locks the conversation first,
    so claims cannot deadlock with a citizen who cancels. SKIP LOCKED (PostgreSQL) lets fifty agents
    take fifty different ones at once; SQLite has a single writer and needs no lock. A row that is
    locked only because its citizen is writing just now would be passed over, so when all are locked
    the first is waited for: its WHERE is judged again after the wait, and somebody else's claim
    makes it drop out.
    """
    query = (
        select(Conversation.id)
        .join(QueueEntry, QueueEntry.conversation_id == Conversation.id)
        .where(
            QueueEntry.state == "waiting",
            Conversation.status == ConversationStatus.QUEUED,
            or_(
                QueueEntry.group_id.is_(None),
                QueueEntry.group_id.in_(group_ids),
                # Its group was dissolved while it waited: nobody else would ever take it.
                ~exists().where(GroupMember.group_id == QueueEntry.group_id),
            ),
        )
        .order_by(QueueEntry.priority.desc(), QueueEntry.enqueued_at, QueueEntry.id)
        .limit(1)
    )
    found = await session.scalar(query.with_for_update(of=Conversation, skip_locked=True))
    return found or await session.scalar(query.with_for_update(of=Conversation))


async def leave(
    session: AsyncSession,
    conversation_id: str,
    state: EntryState,
    *,
    at: datetime,
    claimed_by: str | None = None,
) -> bool:
    """End the wait; False when it no longer waits. One statement: only one can win."""
    result = await session.execute(
        update(QueueEntry)
        .where(QueueEntry.conversation_id == conversation_id, QueueEntry.state == "waiting")
        .values(state=state, left_at=at, claimed_by=claimed_by)
    )
    return bool(affected(result))


async def waiting_entry(session: AsyncSession, conversation_id: str) -> QueueEntry | None:
    query = select(QueueEntry).where(QueueEntry.conversation_id == conversation_id)
    return await session.scalar(query.where(QueueEntry.state == "waiting"))


def _in_line(group_id: str | None) -> ColumnElement[bool]:
    """Those who wait for the same people."""
    line = QueueEntry.group_id.is_(None) if group_id is None else QueueEntry.group_id == group_id
    return and_(QueueEntry.state == "waiting", line)


async def count_ahead(session: AsyncSession, entry: QueueEntry) -> int:
    """How many wait for the same people and come first."""
    before = or_(
        QueueEntry.priority > entry.priority,
        and_(
            QueueEntry.priority == entry.priority,
            or_(
                QueueEntry.enqueued_at < entry.enqueued_at,
                and_(QueueEntry.enqueued_at == entry.enqueued_at, QueueEntry.id < entry.id),
            ),
        ),
    )
    query = select(func.count()).select_from(QueueEntry).where(_in_line(entry.group_id))
    return await session.scalar(query.where(before)) or 0


async def line(
    session: AsyncSession, group_id: str | None, *, skip: int, limit: int
) -> list[Waiting]:
    """Those who wait for the same people, in order, from place `skip` (0 is the first)."""
    query = select(QueueEntry.conversation_id, QueueEntry.contact_id).where(_in_line(group_id))
    query = query.order_by(QueueEntry.priority.desc(), QueueEntry.enqueued_at, QueueEntry.id)
    return [Waiting(*row) for row in await session.execute(query.offset(skip).limit(limit))]


async def count_waiting(session: AsyncSession) -> int:
    query = select(func.count()).select_from(QueueEntry).where(QueueEntry.state == "waiting")
    return await session.scalar(query) or 0


async def running_assignment(session: AsyncSession, conversation_id: str) -> Assignment | None:
    query = select(Assignment).where(Assignment.conversation_id == conversation_id)
    return await session.scalar(query.where(Assignment.ended_at.is_(None)))


async def last_assignment(session: AsyncSession, conversation_id: str) -> Assignment | None:
    """The most recent service of a conversation, running or ended."""
    query = select(Assignment).where(Assignment.conversation_id == conversation_id)
    query = query.order_by(Assignment.started_at.desc(), Assignment.id.desc())
    return await session.scalar(query.limit(1))


async def recent_durations(session: AsyncSession, limit: int = 50) -> list[float]:
    """How long the last services took, in seconds."""
    query = (
        select(Assignment.started_at, Assignment.ended_at)
        .where(Assignment.ended_at.is_not(None), Assignment.outcome == "closed")
        .order_by(Assignment.ended_at.desc())
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    return [(ended - started).total_seconds() for started, ended in rows if ended is not None]

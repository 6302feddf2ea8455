"""Queries of the queue and of assignments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.database import affected
from handoff.agents.models import GroupMember
from handoff.queue.models import Assignment, EntryState, QueueEntry

# The order of the queue; routing.priority says what `order_at` means.
ORDER = (QueueEntry.order_at, QueueEntry.id)


def comes_before(entry: QueueEntry) -> ColumnElement[bool]:
    return or_(
        QueueEntry.order_at < entry.order_at,
        and_(QueueEntry.order_at == entry.order_at, QueueEntry.id < entry.id),
    )


def comes_after(entry: QueueEntry) -> ColumnElement[bool]:
    return or_(
        QueueEntry.order_at > entry.order_at,
        and_(QueueEntry.order_at == entry.order_at, QueueEntry.id > entry.id),
    )


def served_by_members(group_ids: Sequence[str]) -> ColumnElement[bool]:
    """What agents of these groups may serve: theirs, what waits for anybody, and what nobody else would."""
    return or_(
        QueueEntry.group_id.is_(None),
        QueueEntry.group_id.in_(group_ids),
        # Its group was dissolved while it waited.
        ~exists().where(GroupMember.group_id == QueueEntry.group_id),
    )


def free_for(agent_id: str, now: datetime) -> ColumnElement[bool]:
    """Not kept for somebody else."""
    return or_(
        QueueEntry.wanted_until.is_(None),
        QueueEntry.wanted_until <= now,
        QueueEntry.wanted_agent == agent_id,
    )


async def lock_next(
    session: AsyncSession,
    agent_id: str,
    group_ids: Sequence[str],
    *,
    now: datetime,
    full_channels: Sequence[str] = (),
) -> str | None:
    """The conversation next in line for the agent, locked; None when nobody waits for them.

    `full_channels`: of these the agent can take no more.

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
            or_(served_by_members(group_ids), QueueEntry.wanted_agent == agent_id),
            free_for(agent_id, now),
        )
        .order_by(*ORDER)
        .limit(1)
    )
    if full_channels:
        query = query.where(Conversation.channel.not_in(full_channels))
    found = await session.scalar(query.with_for_update(of=Conversation, skip_locked=True))
    return found or await session.scalar(query.with_for_update(of=Conversation))


async def count_passed_over(
    session: AsyncSession, agent_id: str, group_ids: Sequence[str], full_channels: Sequence[str]
) -> tuple[int, int]:
    """How many the agent could serve but for being kept for others, and but for a full channel."""
    query = (
        select(Conversation.channel, func.count())
        .select_from(QueueEntry)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(
            QueueEntry.state == "waiting",
            or_(served_by_members(group_ids), QueueEntry.wanted_agent == agent_id),
        )
        .group_by(Conversation.channel)
    )
    counts = [(channel in full_channels, count) for channel, count in await session.execute(query)]
    return (
        sum(count for is_full, count in counts if not is_full),
        sum(count for is_full, count in counts if is_full),
    )


async def active_by_channel(
    session: AsyncSession, agent_ids: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Conversations in these agents' hands, by agent and channel."""
    query = (
        select(Conversation.owner_id, Conversation.channel, func.count())
        .where(
            Conversation.status == ConversationStatus.ASSIGNED,
            Conversation.owner_id.in_(agent_ids),
        )
        .group_by(Conversation.owner_id, Conversation.channel)
    )
    found: dict[str, dict[str, int]] = {}
    for agent_id, channel, count in await session.execute(query):
        found.setdefault(str(agent_id), {})[channel] = count
    return found


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


async def recent_durations(session: AsyncSession, limit: int = 300) -> list[tuple[str, float]]:
    """Of the last services who served and how long it took, in seconds; the latest first."""
    query = (
        select(Assignment.agent_id, Assignment.started_at, Assignment.ended_at)
        .where(Assignment.ended_at.is_not(None), Assignment.outcome == "closed")
        .order_by(Assignment.ended_at.desc())
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    return [(agent, (end - start).total_seconds()) for agent, start, end in rows if end is not None]

"""Queries of ratings, and of the services they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.conversation.models import Conversation
from handoff.agents.models import GroupMember, SkillGroup
from handoff.queue.models import Assignment, QueueEntry
from handoff.ratings.models import Rating

# The claim and the service it began are written in one transaction, with two looks at the clock.
_SAME_MOMENT = timedelta(seconds=5)


@dataclass(frozen=True)
class Filter:
    """What a list of ratings is narrowed to. `among`: the agents somebody may look at; None: all."""

    agent_id: str | None = None
    group_id: str | None = None
    among: Select[str] | None = None
    scores: Sequence[int] = ()
    since: datetime | None = None
    until: datetime | None = None


async def of_service(session: AsyncSession, assignment_id: str) -> Rating | None:
    return await session.scalar(select(Rating).where(Rating.assignment_id == assignment_id))


async def page(
    session: AsyncSession, wanted: Filter, *, after: str | None, limit: int
) -> list[tuple[Rating, str]]:
    """With the agents' names, newest first."""
    query = select(Rating, Account.name).join(Account, Account.id == Rating.agent_id)
    if wanted.agent_id is not None:
        query = query.where(Rating.agent_id == wanted.agent_id)
    if wanted.group_id is not None:
        query = query.where(Rating.group_id == wanted.group_id)
    if wanted.among is not None:
        query = query.where(Rating.agent_id.in_(wanted.among))
    if wanted.scores:
        query = query.where(Rating.score.in_(wanted.scores))
    if wanted.since is not None:
        query = query.where(Rating.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Rating.created_at < wanted.until)
    if after is not None:
        query = query.where(Rating.id < after)
    rows = await session.execute(query.order_by(Rating.id.desc()).limit(limit))
    return [(rating, name) for rating, name in rows.all()]


async def of_conversation(session: AsyncSession, conversation_id: str) -> list[tuple[Rating, str]]:
    """With the agents' names, oldest first."""
    query = (
        select(Rating, Account.name)
        .join(Account, Account.id == Rating.agent_id)
        .where(Rating.conversation_id == conversation_id)
        .order_by(Rating.id)
    )
    return [(rating, name) for rating, name in (await session.execute(query)).all()]


async def average_since(
    session: AsyncSession, since: datetime, agents: Select[str] | None
) -> tuple[int, float | None]:
    """How many ratings the agents (None: everybody) were given, and their average; None without any."""
    query = select(func.count(), func.avg(Rating.score)).where(Rating.created_at >= since)
    if agents is not None:
        query = query.where(Rating.agent_id.in_(agents))
    count, average = (await session.execute(query)).one()
    return count, None if average is None else float(average)


async def services_of(
    session: AsyncSession, contact_id: str, inbox_id: str, *, since: datetime, limit: int
) -> list[tuple[Assignment, str, Rating | None]]:
    """The citizen's services in the inbox that go on or ended after `since`, with agent and rating; latest first."""
    query = (
        select(Assignment, Account.name, Rating)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Account, Account.id == Assignment.agent_id)
        .outerjoin(Rating, Rating.assignment_id == Assignment.id)
        .where(
            Conversation.contact_id == contact_id,
            Conversation.inbox_id == inbox_id,
            or_(Assignment.ended_at.is_(None), Assignment.ended_at >= since),
        )
        .order_by(Assignment.started_at.desc(), Assignment.id.desc())
        .limit(limit)
    )
    rows = await session.execute(query)
    return [(service, name, rating) for service, name, rating in rows.all()]


async def service(
    session: AsyncSession, service_id: str
) -> tuple[Assignment, str, Rating | None, str, str] | None:
    """A service with the agent's name, its rating, its citizen and the inbox it was given in."""
    query = (
        select(Assignment, Account.name, Rating, Conversation.contact_id, Conversation.inbox_id)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Account, Account.id == Assignment.agent_id)
        .outerjoin(Rating, Rating.assignment_id == Assignment.id)
        .where(Assignment.id == service_id)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


async def group_of(session: AsyncSession, service: Assignment) -> SkillGroup | None:
    """The group a service was given for: the one that was waited for, else the agent's own if there is just one."""
    waited = (
        select(SkillGroup)
        .join(QueueEntry, QueueEntry.group_id == SkillGroup.id)
        .where(
            QueueEntry.conversation_id == service.conversation_id,
            QueueEntry.state == "claimed",
            QueueEntry.claimed_by == service.agent_id,
            QueueEntry.left_at >= service.started_at - _SAME_MOMENT,
            QueueEntry.left_at <= service.started_at + _SAME_MOMENT,
        )
        .limit(1)
    )
    found = await session.scalar(waited)
    if found is not None:
        return found
    own = (
        select(SkillGroup)
        .join(GroupMember, GroupMember.group_id == SkillGroup.id)
        .where(GroupMember.agent_id == service.agent_id)
        .limit(2)
    )
    groups = (await session.scalars(own)).all()
    return groups[0] if len(groups) == 1 else None

"""Queries of agents, leases and groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.auth.permissions import GRANTS, Permission
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from handoff.agents.models import (
    DEFAULT_CAPACITY,
    AgentProfile,
    GroupMember,
    PresenceLease,
    SkillGroup,
)

# Roles whose people citizens may talk to.
SERVING = [role for role, may in GRANTS.items() if Permission.CONVERSATION_SERVE in may]


async def lock_profile(session: AsyncSession, account_id: str, now: datetime) -> AgentProfile:
    """The agent's profile, made on first use, locked until the transaction ends."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    row = insert(AgentProfile).values(
        account_id=account_id, capacity=DEFAULT_CAPACITY, status="offline", status_since=now
    )
    await session.execute(row.on_conflict_do_nothing())
    query = select(AgentProfile).where(AgentProfile.account_id == account_id).with_for_update()
    profile = await session.scalar(query, execution_options={"populate_existing": True})
    assert profile is not None
    return profile


async def count_active(session: AsyncSession, account_id: str) -> int:
    """How many conversations the agent serves now."""
    query = select(func.count()).select_from(Conversation)
    query = query.where(
        Conversation.owner_id == account_id, Conversation.status == ConversationStatus.ASSIGNED
    )
    return await session.scalar(query) or 0


async def active_counts(session: AsyncSession) -> dict[str, int]:
    """Conversations served now, by agent; agents without any are missing."""
    query = (
        select(Conversation.owner_id, func.count())
        .where(
            Conversation.status == ConversationStatus.ASSIGNED, Conversation.owner_id.is_not(None)
        )
        .group_by(Conversation.owner_id)
    )
    return {str(agent): count for agent, count in await session.execute(query)}


async def served_now(session: AsyncSession, account_id: str) -> list[tuple[str, int]]:
    """The conversations the agent serves now, with their epochs, oldest first."""
    query = select(Conversation.id, Conversation.epoch).where(
        Conversation.owner_id == account_id, Conversation.status == ConversationStatus.ASSIGNED
    )
    rows = await session.execute(query.order_by(Conversation.id))
    return [(conversation_id, epoch) for conversation_id, epoch in rows]


async def count_overdue(session: AsyncSession, account_id: str, now: datetime) -> int:
    """How many citizens have waited for the agent's answer beyond its limit."""
    query = select(func.count()).select_from(Conversation)
    query = query.where(
        Conversation.owner_id == account_id,
        Conversation.status == ConversationStatus.ASSIGNED,
        Conversation.answer_due_at <= now,
    )
    return await session.scalar(query) or 0


async def put_lease(
    session: AsyncSession, connection_id: str, agent_id: str, until: datetime
) -> None:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    row = insert(PresenceLease).values(connection_id=connection_id, agent_id=agent_id, until=until)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[PresenceLease.connection_id], set_={"until": row.excluded.until}
        )
    )


async def move_leases(
    session: AsyncSession, connection_ids: Sequence[str], until: datetime
) -> None:
    """Let the leases of these connections end at `until`. Unknown ones are passed over."""
    await session.execute(
        update(PresenceLease)
        .where(PresenceLease.connection_id.in_(connection_ids))
        .values(until=until)
    )


async def shorten_leases(session: AsyncSession, longest: datetime) -> list[str]:
    """Let no lease end after `longest`; whose were cut."""
    query = select(PresenceLease.agent_id).where(PresenceLease.until > longest).distinct()
    cut = list((await session.scalars(query)).all())
    if cut:
        beyond = update(PresenceLease).where(PresenceLease.until > longest)
        await session.execute(beyond.values(until=longest))
    return cut


async def lease_owner(session: AsyncSession, connection_id: str) -> str | None:
    return await session.scalar(
        select(PresenceLease.agent_id).where(PresenceLease.connection_id == connection_id)
    )


async def lease_ends(session: AsyncSession, agent_id: str) -> list[datetime]:
    query = select(PresenceLease.until).where(PresenceLease.agent_id == agent_id)
    return list((await session.scalars(query)).all())


async def drop_ended_leases(session: AsyncSession, agent_id: str, now: datetime) -> None:
    await session.execute(
        delete(PresenceLease).where(PresenceLease.agent_id == agent_id, PresenceLease.until <= now)
    )


async def all_lease_ends(session: AsyncSession, now: datetime) -> dict[str, list[datetime]]:
    """The running leases, by agent."""
    ends: dict[str, list[datetime]] = {}
    query = select(PresenceLease.agent_id, PresenceLease.until).where(PresenceLease.until > now)
    for agent_id, until in await session.execute(query):
        ends.setdefault(agent_id, []).append(until)
    return ends


async def profiles(session: AsyncSession) -> list[tuple[Account, AgentProfile | None]]:
    """Every active account that may serve, with its profile, None for those who never came to the desk."""
    query = (
        select(Account, AgentProfile)
        .outerjoin(AgentProfile, AgentProfile.account_id == Account.id)
        .where(Account.active, Account.role.in_(SERVING))
        .order_by(Account.id)
    )
    return [(account, profile) for account, profile in await session.execute(query)]


async def groups(session: AsyncSession) -> list[SkillGroup]:
    return list((await session.scalars(select(SkillGroup).order_by(SkillGroup.id))).all())


async def group_by_name(session: AsyncSession, name: str) -> SkillGroup | None:
    return await session.scalar(select(SkillGroup).where(SkillGroup.name == name))


async def members(session: AsyncSession) -> dict[str, list[str]]:
    """Agent ids by group id."""
    found: dict[str, list[str]] = {}
    query = select(GroupMember.group_id, GroupMember.agent_id).order_by(GroupMember.agent_id)
    for group_id, agent_id in await session.execute(query):
        found.setdefault(group_id, []).append(agent_id)
    return found


async def groups_of(session: AsyncSession, agent_id: str) -> list[str]:
    query = select(GroupMember.group_id).where(GroupMember.agent_id == agent_id)
    return list((await session.scalars(query)).all())


async def set_members(session: AsyncSession, group_id: str, agent_ids: Iterable[str]) -> None:
    await session.execute(delete(GroupMember).where(GroupMember.group_id == group_id))
    session.add_all(GroupMember(group_id=group_id, agent_id=agent_id) for agent_id in agent_ids)


async def delete_group(session: AsyncSession, group: SkillGroup) -> None:
    await session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
    await session.delete(group)

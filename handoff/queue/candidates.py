"""Who could take a conversation and who waits, as routing looks at them. Queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile
from handoff.agents.schemas import AgentRead as AgentRead
from handoff.agents.service import read_agents
from handoff.queue import repository
from handoff.queue.models import Assignment, QueueEntry
from handoff.routing.case import Candidate, Waiting


async def free_agents(session: AsyncSession, now: datetime) -> list[Candidate]:
    """Those who are online and can take one more."""
    there = [
        each
        for each in await read_agents(session, now)
        if each.status == "online" and each.active < each.capacity
    ]
    return await _candidates(session, there) if there else []


async def candidate(session: AsyncSession, agent: AgentRead) -> Candidate:
    [found] = await _candidates(session, [agent])
    return found


async def _candidates(session: AsyncSession, there: Sequence[AgentRead]) -> list[Candidate]:
    ids = [each.id for each in there]
    by_channel = await repository.active_by_channel(session, ids)
    last = await _last_given(session, ids)
    return [
        Candidate(
            each.id, each.name, each.active, each.capacity, frozenset(each.groups),
            by_channel.get(each.id, {}), last.get(each.id),
        )
        for each in there
    ]  # fmt: skip


async def _last_given(session: AsyncSession, agent_ids: Sequence[str]) -> dict[str, datetime]:
    """When each last got a conversation; one step in the index an agent, however long they have served."""
    latest = (
        select(func.max(Assignment.started_at))
        .where(Assignment.agent_id == AgentProfile.account_id)
        .scalar_subquery()
    )
    query = select(AgentProfile.account_id, latest).where(AgentProfile.account_id.in_(agent_ids))
    return {str(agent): at for agent, at in await session.execute(query) if at is not None}


async def waiting_for(
    session: AsyncSession, group_ids: Sequence[str], agent_ids: Sequence[str], *,
    after: QueueEntry | None, limit: int,
) -> list[tuple[QueueEntry, Waiting]]:  # fmt: skip
    """Who waits for one of these groups or agents, or for anybody, in order, from behind `after` on."""
    query = (
        select(QueueEntry, Conversation.channel)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(
            QueueEntry.state == "waiting",
            or_(repository.served_by_members(group_ids), QueueEntry.wanted_agent.in_(agent_ids)),
        )
        .order_by(*repository.ORDER)
        .limit(limit)
    )
    if after is not None:
        query = query.where(repository.comes_after(after))
    members = await agents.members(session)
    return [
        (entry, _waiting(entry, channel, set(members)))
        for entry, channel in await session.execute(query)
    ]


async def waiting_of(session: AsyncSession, entry: QueueEntry, channel: str) -> Waiting:
    return _waiting(entry, channel, set(await agents.members(session)))


def _waiting(entry: QueueEntry, channel: str, inhabited: set[str]) -> Waiting:
    # Whoever waits for a group that was dissolved, is anybody's.
    group_id = entry.group_id if entry.group_id in inhabited else None
    return Waiting(
        entry.conversation_id, channel, entry.order_at, group_id,
        entry.wanted_agent, entry.wanted_until,
    )  # fmt: skip

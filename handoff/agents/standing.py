"""How agents stand now: read for lists and routing, and told to the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import DESK_ROOM, Audience, Event, PresenceUpdated, agent_room
from core.unit_of_work import UnitOfWork
from handoff.agents import repository, wrap_ups
from handoff.agents.models import DEFAULT_CAPACITY, AgentProfile
from handoff.agents.presence import PresenceStatus, effective
from handoff.agents.schemas import AgentRead


async def status_of(session: AsyncSession, agent_id: str, now: datetime) -> PresenceStatus:
    """The effective status of one agent; offline for who never came to the desk."""
    profile = await session.get(AgentProfile, agent_id)
    if profile is None:
        return "offline"
    ends = await repository.lease_ends(session, agent_id)
    wrapping = (await wrap_ups.running(session, now)).get(agent_id)
    return effective(profile.status, ends, now, wrapping.until if wrapping else None)


async def publish_presence(uow: UnitOfWork, profile: AgentProfile) -> PresenceUpdated:
    """Tell the desk and the agent's own tabs how things stand."""
    session, now, agent_id = uow.session, uow.clock.now(), profile.account_id
    ends = await repository.lease_ends(session, agent_id)
    wrapping = (await wrap_ups.running(session, now)).get(agent_id)
    status = effective(profile.status, ends, now, wrapping.until if wrapping else None)
    event = PresenceUpdated(
        agent_id=agent_id,
        status=status,
        reason=profile.status_reason if status == profile.status else "",
        since=wrapping.since if wrapping and status == "wrap_up" else profile.status_since,
        by=profile.status_by,
        active=await repository.count_active(session, agent_id),
        capacity=profile.capacity,
    )
    rooms = frozenset({DESK_ROOM, agent_room(agent_id)})
    uow.publish(Event("presence.updated", event, Audience(agent_rooms=rooms)))
    return event


async def read_agents(session: AsyncSession, now: datetime) -> list[AgentRead]:
    """Everybody who may serve, with presence and load."""
    leases = await repository.all_lease_ends(session, now)
    active = await repository.active_counts(session)
    wrapping = await wrap_ups.running(session, now)
    groups: dict[str, list[str]] = {}
    for group_id, agent_ids in (await repository.members(session)).items():
        for agent_id in agent_ids:
            groups.setdefault(agent_id, []).append(group_id)
    read = []
    for account, profile in await repository.profiles(session):
        own = wrapping.get(account.id)
        chosen = profile.status if profile else "offline"
        status = effective(chosen, leases.get(account.id, []), now, own.until if own else None)
        since = profile.status_since if profile else None
        read.append(
            AgentRead(
                id=account.id,
                login=account.login,
                name=account.name,
                role=account.role,
                status=status,
                reason=profile.status_reason if profile and status == chosen else "",
                since=own.since if own and status == "wrap_up" else since,
                by=profile.status_by if profile else "agent",
                active=active.get(account.id, 0),
                capacity=profile.capacity if profile else DEFAULT_CAPACITY,
                groups=groups.get(account.id, []),
            )
        )
    return read

"""Presence, capacity and groups of agents. Used by sockets, endpoints and queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Account
from core.errors import Conflict, NotFound
from core.events import DESK_ROOM, Audience, Event, PresenceUpdated, agent_room
from core.ids import new_id
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository
from handoff.agents.models import DEFAULT_CAPACITY, AgentProfile, SkillGroup
from handoff.agents.presence import LEASE, RELOAD_GRACE, ChosenStatus, effective
from handoff.agents.schemas import AgentRead, GroupRead, GroupWrite

PRESENCE_TIMER = "presence.expired"
# Looked at a moment after the lease has ended, so that it has.
_MARGIN = timedelta(seconds=1)


class AgentService:
    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    # ---- presence ------------------------------------------------------------------------------

    async def connect(self, agent_id: str, connection_id: str) -> PresenceUpdated:
        """A desk was opened: the chosen status counts again. Returns the presence to show."""
        async with self._uows.write() as uow:
            profile = await repository.lock_profile(uow.session, agent_id, uow.clock.now())
            until = uow.clock.now() + LEASE
            await repository.put_lease(uow.session, connection_id, agent_id, until)
            await set_timer(uow, PRESENCE_TIMER, agent_id, until + _MARGIN)
            return await publish_presence(uow, profile)

    async def disconnect(self, connection_id: str) -> None:
        """A desk was closed or is being reloaded: it counts for a short grace only."""
        async with self._uows.write() as uow:
            agent_id = await repository.lease_owner(uow.session, connection_id)
            if agent_id is None:
                return
            await self.lock(uow, agent_id)
            until = uow.clock.now() + RELOAD_GRACE
            await repository.move_leases(uow.session, [connection_id], until)
            ends = await repository.lease_ends(uow.session, agent_id)
            await set_timer(uow, PRESENCE_TIMER, agent_id, max(ends) + _MARGIN)

    async def heartbeat(self, connection_ids: Iterable[str]) -> None:
        """Renew the leases of the desks connected here; called every presence.HEARTBEAT."""
        known = list(connection_ids)
        if not known:
            return
        async with self._uows.write() as uow:
            await repository.move_leases(uow.session, known, uow.clock.now() + LEASE)

    async def set_presence(self, agent_id: str, status: ChosenStatus) -> PresenceUpdated:
        """What the agent chose, for all their desks."""
        async with self._uows.write() as uow:
            profile = await repository.lock_profile(uow.session, agent_id, uow.clock.now())
            if profile.status != status:
                profile.status, profile.status_since = status, uow.clock.now()
                subject = f"agent:{agent_id}"
                audit.record(
                    uow, actor=agent_id, action="agent.presence", subject=subject, status=status
                )
            return await publish_presence(uow, profile)

    async def lock(self, uow: UnitOfWork, agent_id: str) -> AgentProfile:
        """The agent's row, locked: whoever moves leases or the presence timer holds it first."""
        return await repository.lock_profile(uow.session, agent_id, uow.clock.now())

    async def expire(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: the last lease may have ended. Renewed meanwhile: look again then."""
        now = uow.clock.now()
        ends = await repository.lease_ends(uow.session, subject)
        if any(until > now for until in ends):
            await set_timer(uow, PRESENCE_TIMER, subject, max(ends) + _MARGIN)
            return
        await repository.drop_ended_leases(uow.session, subject, now)
        profile = await repository.lock_profile(uow.session, subject, now)
        if profile.status != "offline":
            # Whoever comes back tomorrow should not be online before having said so.
            profile.status, profile.status_since = "offline", now
            audit.record(
                uow, actor="system", action="agent.presence", subject=f"agent:{subject}",
                status="offline", reason="lease_expired",
            )  # fmt: skip
        await publish_presence(uow, profile)

    # ---- agents --------------------------------------------------------------------------------

    async def list_agents(self) -> list[AgentRead]:
        async with self._uows.read() as session:
            return await read_agents(session, self._uows.clock.now())

    async def set_capacity(self, agent_id: str, capacity: int, *, actor: str) -> PresenceUpdated:
        async with self._uows.write() as uow:
            if await uow.session.get(Account, agent_id) is None:
                raise NotFound("没有这个坐席。", what="agent")
            profile = await repository.lock_profile(uow.session, agent_id, uow.clock.now())
            profile.capacity = capacity
            audit.record(
                uow, actor=actor, action="agent.capacity", subject=f"agent:{agent_id}",
                capacity=capacity,
            )  # fmt: skip
            return await publish_presence(uow, profile)

    # ---- groups --------------------------------------------------------------------------------

    async def list_groups(self) -> list[GroupRead]:
        async with self._uows.read() as session:
            members = await repository.members(session)
            return [
                _group(row, members.get(row.id, [])) for row in await repository.groups(session)
            ]

    async def save_group(
        self, wanted: GroupWrite, *, actor: str, group_id: str | None = None
    ) -> GroupRead:
        """Make a group, or replace `group_id`. Raises Conflict for a name that is taken."""
        async with self._uows.write() as uow:
            session = uow.session
            group = await self._group(session, group_id)
            taken = await repository.group_by_name(session, wanted.name)
            if taken is not None and taken is not group:
                raise Conflict("已经有同名的技能组。", name=wanted.name)
            if group is None:
                group = SkillGroup(id=new_id(), created_at=uow.clock.now())
                session.add(group)
            group.name, group.categories = wanted.name, wanted.categories
            members = sorted(set(wanted.members))
            for agent_id in members:
                if await session.get(Account, agent_id) is None:
                    raise NotFound("没有这个坐席。", what="agent", agent_id=agent_id)
                await repository.lock_profile(session, agent_id, uow.clock.now())
            try:
                await session.flush()
            except IntegrityError as error:
                raise Conflict("已经有同名的技能组。", name=wanted.name) from error
            await repository.set_members(session, group.id, members)
            audit.record(
                uow, actor=actor, action="group.saved", subject=f"group:{group.id}",
                members=len(members),
            )  # fmt: skip
            return _group(group, members)

    async def delete_group(self, group_id: str, *, actor: str) -> None:
        async with self._uows.write() as uow:
            group = await self._group(uow.session, group_id)
            assert group is not None
            await repository.delete_group(uow.session, group)
            audit.record(uow, actor=actor, action="group.deleted", subject=f"group:{group_id}")

    async def add_to_groups(self, agent_id: str, names: Iterable[str]) -> None:
        """Put an agent into groups by name, making groups that do not exist (the command line)."""
        for name in names:
            async with self._uows.read() as session:
                group = await repository.group_by_name(session, name)
                members = (await repository.members(session)).get(group.id, []) if group else []
            wanted = GroupWrite(
                name=name,
                categories=group.categories if group else [],
                members=sorted({*members, agent_id}),
            )
            await self.save_group(wanted, actor="system", group_id=group.id if group else None)

    @staticmethod
    async def _group(session: AsyncSession, group_id: str | None) -> SkillGroup | None:
        if group_id is None:
            return None
        group = await session.get(SkillGroup, group_id)
        if group is None:
            raise NotFound("没有这个技能组。", what="group")
        return group


async def publish_presence(uow: UnitOfWork, profile: AgentProfile) -> PresenceUpdated:
    """Tell the desk and the agent's own tabs how things stand."""
    ends = await repository.lease_ends(uow.session, profile.account_id)
    event = PresenceUpdated(
        agent_id=profile.account_id,
        status=effective(profile.status, ends, uow.clock.now()),
        active=await repository.count_active(uow.session, profile.account_id),
        capacity=profile.capacity,
    )
    rooms = frozenset({DESK_ROOM, agent_room(profile.account_id)})
    uow.publish(Event("presence.updated", event, Audience(agent_rooms=rooms)))
    return event


async def read_agents(session: AsyncSession, now: datetime) -> list[AgentRead]:
    leases = await repository.all_lease_ends(session, now)
    active = await repository.active_counts(session)
    groups: dict[str, list[str]] = {}
    for group_id, agent_ids in (await repository.members(session)).items():
        for agent_id in agent_ids:
            groups.setdefault(agent_id, []).append(group_id)
    return [
        AgentRead(
            id=account.id,
            login=account.login,
            name=account.name,
            role=account.role,
            status=effective(
                profile.status if profile else "offline",
                leases.get(account.id, []),
                now,
            ),
            active=active.get(account.id, 0),
            capacity=profile.capacity if profile else DEFAULT_CAPACITY,
            groups=groups.get(account.id, []),
        )
        for account, profile in await repository.profiles(session)
    ]


def _group(row: SkillGroup, members: list[str]) -> GroupRead:
    return GroupRead(id=row.id, name=row.name, categories=row.categories, members=members)

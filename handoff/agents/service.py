"""Agents and skill groups, and all of presence. Used by sockets, endpoints and queue."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Account
from core.errors import Conflict, NotFound
from core.events import PresenceUpdated
from core.ids import new_id
from handoff.agents import repository
from handoff.agents.choosing import Choosing
from handoff.agents.models import SkillGroup
from handoff.agents.schemas import AgentRead, GroupRead, GroupWrite
from handoff.agents.standing import publish_presence as publish_presence
from handoff.agents.standing import read_agents as read_agents
from handoff.agents.standing import status_of as status_of


class AgentService(Choosing):
    """Presence comes from attendance.py and choosing.py."""

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


def _group(row: SkillGroup, members: list[str]) -> GroupRead:
    return GroupRead(id=row.id, name=row.name, categories=row.categories, members=members)

"""HTTP routes of agents and skill groups."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.events import PresenceUpdated
from core.ids import Id
from handoff.agents.schemas import AgentRead, AgentUpdate, GroupRead, GroupWrite, PresenceOptions
from handoff.agents.service import AgentService

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


def build_router(agents: AgentService) -> APIRouter:
    router = APIRouter(tags=["agents"])

    @router.get("/agents")
    async def list_agents(actor: Reader) -> list[AgentRead]:
        """Everybody who may serve, with presence and load: for transfers and the wall."""
        return await agents.list_agents()

    @router.get("/agents/presence-options")
    async def read_options(actor: Reader) -> PresenceOptions:
        """What one can choose when leaving the desk, and the time for it."""
        return await agents.options()

    @router.patch("/agents/{agent_id}")
    async def update_agent(agent_id: Id, body: AgentUpdate, actor: Editor) -> PresenceUpdated:
        return await agents.set_capacity(agent_id, body.capacity, actor=actor.account_id)

    @router.get("/groups")
    async def list_groups(actor: Reader) -> list[GroupRead]:
        return await agents.list_groups()

    @router.post("/groups", status_code=201)
    async def create_group(body: GroupWrite, actor: Editor) -> GroupRead:
        return await agents.save_group(body, actor=actor.account_id)

    @router.put("/groups/{group_id}")
    async def replace_group(group_id: Id, body: GroupWrite, actor: Editor) -> GroupRead:
        return await agents.save_group(body, actor=actor.account_id, group_id=group_id)

    @router.delete("/groups/{group_id}", status_code=204)
    async def delete_group(group_id: Id, actor: Editor) -> None:
        await agents.delete_group(group_id, actor=actor.account_id)

    return router

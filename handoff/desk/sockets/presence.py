"""Socket commands about the agent's own presence."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.events import PresenceUpdated
from core.sockets import CommandGroup, command
from handoff.agents.service import AgentService
from handoff.desk import payloads as p

SERVE = Permission.CONVERSATION_SERVE


class PresenceCommands(CommandGroup):
    def __init__(self, agents: AgentService) -> None:
        self._agents = agents

    @command(p.SetPresence, permission=SERVE)
    async def set_presence(
        self, sid: str, caller: Actor, payload: p.SetPresence
    ) -> PresenceUpdated:
        return await self._agents.set_presence(
            caller.account_id, payload.status, reason=payload.reason, hand_on=payload.hand_on
        )

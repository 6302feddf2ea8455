"""Socket commands of the supervisor's wall."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.wall.logging_out import LoggingOut


class WallCommands(CommandGroup):
    def __init__(self, logging_out: LoggingOut) -> None:
        self._logging_out = logging_out

    @command(p.LogOutAgent, permission=Permission.CONVERSATION_SUPERVISE)
    async def log_out_agent(self, sid: str, caller: Actor, payload: p.LogOutAgent) -> None:
        """End an agent's logins and close their desks; those on other servers end with their next heartbeat."""
        await self._logging_out.log_out(payload.agent_id, caller)
        theirs = [
            each
            for each, agent in self.sockets.callers().items()
            if agent.account_id == payload.agent_id
        ]
        for each in theirs:
            await self.sockets.disconnect(each)

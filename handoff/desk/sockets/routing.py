"""Socket commands of supervisors about where a conversation goes."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.reassigning import Reassigning

SUPERVISE = Permission.CONVERSATION_SUPERVISE


class RoutingCommands(CommandGroup):
    def __init__(self, reassigning: Reassigning) -> None:
        self._reassigning = reassigning

    @command(p.ReassignConversation, permission=SUPERVISE)
    async def reassign_conversation(
        self, sid: str, caller: Actor, payload: p.ReassignConversation
    ) -> ConversationRead:
        """To an agent, to a group, or to another place in the line."""
        wanted, note = payload.conversation_id, payload.note
        if payload.to_agent is not None:
            return await self._reassigning.to_agent(wanted, caller, payload.to_agent, note)
        if payload.to_group is not None:
            return await self._reassigning.to_group(wanted, caller, payload.to_group, note)
        assert payload.priority is not None
        return await self._reassigning.reprioritise(wanted, caller, payload.priority, note)

    @command(p.DesignateAgent, permission=SUPERVISE)
    async def designate_agent(self, sid: str, caller: Actor, payload: p.DesignateAgent) -> None:
        await self._reassigning.designate(payload.conversation_id, caller, payload.agent_id)

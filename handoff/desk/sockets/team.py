"""Socket commands of colleagues: follow a conversation that somebody else serves."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.errors import NotFound
from core.events import conversation_room
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.reading import DeskReader

READ = Permission.CONVERSATION_READ


class TeamCommands(CommandGroup):
    def __init__(self, reader: DeskReader) -> None:
        self._reader = reader

    @command(p.OfConversation, permission=READ)
    async def join_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        """Hear everything of a conversation the caller may read, until leaving it."""
        read = await self._reader.get(payload.conversation_id, caller)
        room = conversation_room(payload.conversation_id)
        await self.sockets.enter_room(sid, room)
        # Looked at once more: had it changed hands in between, nobody would show the caller out again.
        if not await self._reader.may_read(payload.conversation_id, caller):
            await self.sockets.leave_room(sid, room)
            raise NotFound("没有找到这个会话。", what="conversation")
        return read

    @command(p.OfConversation, permission=READ)
    async def leave_conversation(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        await self.sockets.leave_room(sid, conversation_room(payload.conversation_id))

"""Socket commands of colleagues: follow a conversation that somebody else serves, join it, take it over."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.events import TeamUpdated, conversation_room
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.access import not_found
from handoff.desk.reading import DeskReader
from handoff.desk.team.colleagues import Colleagues
from handoff.desk.team.takeover import TakeOver

READ, SERVE = Permission.CONVERSATION_READ, Permission.CONVERSATION_SERVE


class TeamCommands(CommandGroup):
    def __init__(self, reader: DeskReader, colleagues: Colleagues, takeover: TakeOver) -> None:
        self._reader = reader
        self._colleagues = colleagues
        self._takeover = takeover

    @command(p.OfConversation, permission=READ)
    async def join_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        """Hear everything of a conversation the caller may read, until leaving it. The citizen is told nothing."""
        read = await self._reader.get(payload.conversation_id, caller)
        room = conversation_room(payload.conversation_id)
        await self.sockets.enter_room(sid, room)
        # Looked at once more: had it changed hands in between, nobody would show the caller out again.
        if not await self._reader.may_read(payload.conversation_id, caller):
            await self.sockets.leave_room(sid, room)
            raise not_found()
        await self._colleagues.seen(payload.conversation_id, caller)
        return read

    @command(p.OfConversation, permission=READ)
    async def leave_conversation(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        """No longer look at it. Who takes part goes on hearing it until they step out."""
        if not await self._colleagues.takes_part(payload.conversation_id, caller):
            await self.sockets.leave_room(sid, conversation_room(payload.conversation_id))

    @command(p.OfConversation, permission=SERVE)
    async def ask_to_join(self, sid: str, caller: Actor, payload: p.OfConversation) -> TeamUpdated:
        return await self._colleagues.ask(payload.conversation_id, caller)

    @command(p.InviteToJoin, permission=SERVE)
    async def invite_to_join(self, sid: str, caller: Actor, payload: p.InviteToJoin) -> TeamUpdated:
        return await self._colleagues.invite(payload.conversation_id, caller, payload.agent_id)

    @command(p.AnswerJoin, permission=SERVE)
    async def answer_join(self, sid: str, caller: Actor, payload: p.AnswerJoin) -> TeamUpdated:
        return await self._colleagues.answer(
            payload.conversation_id, caller, accept=payload.accept, agent_id=payload.agent_id
        )

    @command(p.OfConversation, permission=SERVE)
    async def step_out(self, sid: str, caller: Actor, payload: p.OfConversation) -> TeamUpdated:
        return await self._colleagues.step_out(payload.conversation_id, caller)

    @command(p.TakeOverConversation, permission=SERVE)
    async def take_over_conversation(
        self, sid: str, caller: Actor, payload: p.TakeOverConversation
    ) -> ConversationRead:
        return await self._takeover.take_over(payload.conversation_id, caller, payload.reason)

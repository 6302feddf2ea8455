"""Socket commands that change who serves a conversation, and those that end a service."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.sockets import CommandGroup, Empty, command
from handoff.desk import payloads as p
from handoff.desk.ending import Ending
from handoff.desk.taking import Taking
from handoff.desk.transfers import Transfers

SERVE = Permission.CONVERSATION_SERVE


class ServingCommands(CommandGroup):
    def __init__(self, taking: Taking, transfers: Transfers, ending: Ending) -> None:
        self._taking = taking
        self._transfers = transfers
        self._ending = ending

    @command(Empty, permission=SERVE)
    async def claim_next(self, sid: str, caller: Actor, payload: Empty) -> ConversationRead:
        return await self._taking.claim_next(caller)

    @command(p.OfConversation, permission=SERVE)
    async def claim_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._taking.claim(payload.conversation_id, caller)

    @command(p.TransferConversation, permission=SERVE)
    async def transfer_conversation(
        self, sid: str, caller: Actor, payload: p.TransferConversation
    ) -> ConversationRead:
        if payload.to_agent is not None:
            return await self._transfers.to_agent(
                payload.conversation_id, caller, payload.to_agent, payload.note
            )
        assert payload.to_group is not None
        return await self._transfers.to_group(
            payload.conversation_id, caller, payload.to_group, payload.note
        )

    @command(p.OfConversation, permission=SERVE)
    async def release_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._ending.release(payload.conversation_id, caller)

    @command(p.OfConversation, permission=SERVE)
    async def close_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._ending.close(payload.conversation_id, caller)

    @command(p.OfConversation, permission=SERVE)
    async def invite_rating(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        await self._ending.invite_rating(payload.conversation_id, caller)

"""Socket commands that answer a transfer: accept, decline, take back, give back."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.team.offers import Offers
from handoff.desk.transfers import Transfers

SERVE = Permission.CONVERSATION_SERVE


class OfferCommands(CommandGroup):
    def __init__(self, offers: Offers, transfers: Transfers) -> None:
        self._offers = offers
        self._transfers = transfers

    @command(p.OfConversation, permission=SERVE)
    async def accept_transfer(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._offers.accept(payload.conversation_id, caller)

    @command(p.DeclineTransfer, permission=SERVE)
    async def decline_transfer(self, sid: str, caller: Actor, payload: p.DeclineTransfer) -> None:
        await self._offers.decline(payload.conversation_id, caller, payload.reason)

    @command(p.OfConversation, permission=SERVE)
    async def cancel_transfer(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        await self._offers.cancel(payload.conversation_id, caller)

    @command(p.ReturnConversation, permission=SERVE)
    async def return_conversation(
        self, sid: str, caller: Actor, payload: p.ReturnConversation
    ) -> ConversationRead:
        return await self._transfers.give_back(payload.conversation_id, caller, payload.note)

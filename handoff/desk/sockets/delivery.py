"""Socket commands about messages that did not reach their citizen."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import MessageRead
from core.ids import Id
from core.sockets import CommandGroup, Payload, command
from handoff.desk.deliveries import Redelivery


class RetryDelivery(Payload):
    conversation_id: Id
    message_id: Id


class DeliveryCommands(CommandGroup):
    def __init__(self, redelivery: Redelivery) -> None:
        self._redelivery = redelivery

    @command(RetryDelivery, permission=Permission.CONVERSATION_SERVE)
    async def retry_delivery(self, sid: str, caller: Actor, payload: RetryDelivery) -> MessageRead:
        """Send again what the channel refused for good."""
        return await self._redelivery.retry(payload.conversation_id, payload.message_id, caller)

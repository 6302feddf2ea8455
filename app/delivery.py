"""The outbox handler that brings a stored message to the channel of its conversation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from core.conversation import repository, thread
from core.conversation.models import Inbox, Message
from core.conversation.ports import DeliveryRefused, OutboundChannel
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.outbox.worker import Refused
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)


class Delivery:
    """Finds the channel and the citizen's address there; tells the desk when the channel refuses for good."""

    def __init__(self, uows: UnitOfWorkFactory, channels: Mapping[str, OutboundChannel]) -> None:
        self._uows = uows
        self._channels = channels

    async def __call__(self, payload: dict[str, Any]) -> None:
        async with self._uows.read() as session:
            message = await session.get(Message, payload["message_id"])
            if message is None:
                raise Refused("the message is gone")
            conversation = await thread.load(session, message.conversation_id)
            inbox = await session.get(Inbox, conversation.inbox_id)
            address = await repository.external_id_of(
                session, conversation.contact_id, conversation.inbox_id
            )
        channel = self._channels.get(conversation.channel)
        if inbox is None or address is None or channel is None:
            raise Refused(f"no way to a citizen on {conversation.channel}")
        try:
            await channel.deliver(inbox, address, message)
        except DeliveryRefused as refused:
            await self._alert(conversation.id, conversation.owner_id, refused)
            raise Refused(f"{refused.code}: {refused.reason}") from None

    async def _alert(
        self, conversation_id: str, owner_id: str | None, refused: DeliveryRefused
    ) -> None:
        alert = AlertRaised(
            code="delivery_refused",
            message=f"消息没有送达：{refused.reason}",
            details={"conversation_id": conversation_id, "reason": refused.code},
        )
        rooms = {SUPERVISOR_ROOM} | ({agent_room(owner_id)} if owner_id else set())
        await self._uows.announce(
            Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms)))
        )

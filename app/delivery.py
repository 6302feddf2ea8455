"""The outbox handler that brings a stored message to the channel of its conversation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from core.conversation import repository, thread
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.ports import DeliveryRefused, OutboundChannel
from core.conversation.schemas import Delivery as State
from core.conversation.schemas import MessageRead
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.outbox.worker import Postponed, Refused, Settled, TryAgain
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)
NO_WAY = "找不到市民在这个渠道的地址"


class Delivery:
    """Finds the channel and the citizen's address there; tells the desk how far the message came.

    A channel that remembers its deliveries tells it itself, with what it writes down (Settled).
    """

    def __init__(self, uows: UnitOfWorkFactory, channels: Mapping[str, OutboundChannel]) -> None:
        self._uows = uows
        self._channels = channels

    async def __call__(self, payload: dict[str, Any]) -> Settled | None:
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
            await self._tell(conversation, message, State(state="failed", reason=NO_WAY))
            raise Refused(f"no_way: {NO_WAY}")
        try:
            settled = await channel.deliver(inbox, address, message)
        except (Refused, Postponed, TryAgain):
            raise  # the channel has its own words for it, told with what it writes down
        except DeliveryRefused as refused:
            await self._tell(conversation, message, State(state="failed", reason=refused.reason))
            await self._alert(conversation.id, conversation.owner_id, refused)
            raise Refused(f"{refused.code}: {refused.reason}") from None
        except Exception:  # the worker tries again; the desk is told that it takes longer
            await self._tell(conversation, message, State(state="retrying"))
            raise
        if settled is None:
            await self._tell(conversation, message, State(state="delivered"))
        return settled

    async def _tell(self, conversation: Conversation, message: Message, state: State) -> None:
        """Show the agents how far the message came."""
        read = MessageRead.of(message).in_part().model_copy(update={"delivery": state})
        rooms = thread.audience_of(conversation, private=True)
        await self._uows.announce(Event("message.updated", read, rooms))

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

"""Places in the queue for portals. They are not stored, so they come to the outbox a moment after they were told."""

from __future__ import annotations

from collections import OrderedDict

from sqlalchemy import select

from core.conversation import outside
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.events import Event, QueueUpdated
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

NAME = "queue.updated"
_MOST_KNOWN = 5000


class QueueNews:
    """Reaction to queue.updated, which is told of the conversations of every channel."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        # A conversation's channel never changes.
        self._channels: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, event: Event) -> None:
        assert isinstance(event.payload, QueueUpdated)
        place = event.payload
        if await self._channel(place.conversation_id) not in outside.EVENT_CHANNELS:
            return
        async with self._uows.write() as uow:
            conversation = await uow.session.get(Conversation, place.conversation_id)
            if conversation is None or conversation.status != ConversationStatus.QUEUED:
                return
            await _drop_older(uow, conversation.id)
            outside.tell(uow, conversation, NAME, place.model_dump(mode="json"))

    async def _channel(self, conversation_id: str) -> str:
        known = self._channels.get(conversation_id)
        if known is None:
            async with self._uows.read(brief=True) as session:
                row = await session.get(Conversation, conversation_id)
            known = row.channel if row is not None else ""
            self._channels[conversation_id] = known
            if len(self._channels) > _MOST_KNOWN:
                self._channels.popitem(last=False)
        return known


async def _drop_older(uow: UnitOfWork, conversation_id: str) -> None:
    """A place that was not told yet is no longer the place. While a portal is down they would pile up."""
    query = select(OutboxRow).where(
        OutboxRow.key == conversation_id,
        OutboxRow.topic == outside.EVENT_TOPIC,
        OutboxRow.state == "pending",
        OutboxRow.attempts == 0,
    )
    for row in await uow.session.scalars(query.with_for_update(skip_locked=True)):
        if row.payload["type"] == NAME:
            await uow.session.delete(row)

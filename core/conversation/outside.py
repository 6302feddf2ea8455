"""Events for channels whose citizens look at a front end of somebody else's (webhook): by the outbox, with the change.

Our own sockets are told by hints after the commit; who is told here cannot look into the database when he missed one.
Messages have their own way (thread.append).
"""

from __future__ import annotations

from typing import Any

from core.conversation.models import Conversation
from core.ids import new_id
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork

EVENT_CHANNELS = frozenset({"webhook"})
EVENT_TOPIC = "channel.event"


def tell(uow: UnitOfWork, conversation: Conversation, name: str, data: dict[str, Any]) -> None:
    """Leave the event `name` to the outbox, behind everything of this conversation that waits there.

    `data` holds ids and states, nothing anybody wrote: the outbox is not where words are forgotten.
    """
    if conversation.channel not in EVENT_CHANNELS:
        return
    payload = {
        "event_id": new_id(),
        "type": name,
        "conversation_id": conversation.id,
        "at": uow.clock.now().isoformat(),
        "data": data,
    }
    enqueue(uow, EVENT_TOPIC, conversation.id, payload)

"""A service is over: its form is owed and the wrap-up time runs. Inside the transaction that ends the service."""

from __future__ import annotations

from datetime import timedelta

from core.conversation.models import Conversation
from core.events import Audience, Event, WrapUpUpdated, agent_room
from core.ids import new_id
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork
from handoff.agents.attendance import presence_settings
from handoff.agents.models import WrapUp
from handoff.queue.models import Assignment

# About a conversation: the wrap-up time after it is over.
WRAP_UP_TIMER = "presence.wrap_up"


async def begin(uow: UnitOfWork, conversation: Conversation, assignment: Assignment | None) -> None:
    """`assignment` is the service that has just ended; None: nobody served."""
    if assignment is None:
        return
    settings, now = await presence_settings(uow), uow.clock.now()
    time = timedelta(seconds=settings.wrap_up_seconds)
    row = WrapUp(
        id=new_id(), assignment_id=assignment.id, conversation_id=conversation.id,
        agent_id=assignment.agent_id, state="pending", until=now + time if time else None,
        created_at=now,
    )  # fmt: skip
    uow.session.add(row)
    await uow.session.flush()
    if row.until is not None:
        await set_timer(uow, WRAP_UP_TIMER, conversation.id, row.until)
    tell(uow, row)


def tell(uow: UnitOfWork, row: WrapUp) -> None:
    """To the agent's own desks."""
    event = WrapUpUpdated(
        id=row.id, conversation_id=row.conversation_id, state=row.state, until=row.until
    )
    rooms = Audience(agent_rooms=frozenset({agent_room(row.agent_id)}))
    uow.publish(Event("wrap_up.updated", event, rooms))
